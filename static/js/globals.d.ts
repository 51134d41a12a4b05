/** Globals of Django's JavaScript catalogue, and modules that have no types here. */
declare function gettext(text: string): string;
declare function pgettext(context: string, text: string): string;
declare function ngettext(one: string, many: string, count: number): string;
declare function interpolate(
  text: string,
  values: readonly unknown[] | Record<string, unknown>,
  named?: boolean,
): string;
declare function get_format(name: string): string;
