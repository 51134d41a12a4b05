"""The third-party front-end files that are served, by name, out of node_modules."""

NOBLE = ("blake2", "_blake", "_md", "_u64", "utils")

# Address under /static/ -> file under node_modules. Whole folders would not do: they
# hold thousands of files, and some that name maps which were never published.
FILES = {
    "vendor/ag-grid-community.mjs": "ag-grid-community/dist/package/main.esm.min.mjs",
    "vendor/ag-stack.mjs": "ag-stack/dist/package/main.esm.min.mjs",
    **{f"vendor/noble/{name}.js": f"@noble/hashes/{name}.js" for name in NOBLE},
}

# Bare module names -> address under /static/; the page's import map.
IMPORT_MAP = {
    "ag-grid-community": "vendor/ag-grid-community.mjs",
    "ag-stack": "vendor/ag-stack.mjs",
    "@noble/hashes/blake2.js": "vendor/noble/blake2.js",
}
