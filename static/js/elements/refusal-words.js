/** What to say when a command was refused; the server's sentence where there is one. */

/** @param {{code: string, detail?: string}} answer */
export function refusalText({ code, detail }) {
  if (detail) return detail;
  if (code === "network")
    return gettext(
      "The server did not answer. It may have been done; refresh and look.",
    );
  return interpolate(gettext("The server refused (%s)."), [code]);
}
