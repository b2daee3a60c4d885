/** Colours that codes are offered: those of Okabe and Ito (2008), which people who see colours differently tell apart, and
 * lighter and darker ones beside them. */
export const COLOURS = ['#0072b2', '#56b4e9', '#009e73', '#f0e442', '#e69f00', '#d55e00', '#cc79a7', '#6a51a3', '#7f7f7f', '#3b3b3b'];

/** The colour that the fewest of these have. */
export function leastUsed(given: readonly string[]): string {
  const times = (colour: string) => given.filter((one) => one === colour).length;
  return COLOURS.reduce((least, colour) => (times(colour) < times(least) ? colour : least));
}
