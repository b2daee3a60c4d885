/** Which identities are looked for, and how far a change reached, in words. */
import type { components } from '../api/schema';

export type Identity = components['schemas']['Identity'];

/** Those of a kind whose stand-in, forms or number hold the text. */
export function matching(all: Identity[], label: string, text: string): Identity[] {
  const wanted = text.trim().toLowerCase();
  return all.filter(
    (one) =>
      (!label || one.label === label) &&
      (!wanted || one.stand_in.toLowerCase().includes(wanted) || one.forms.some((form) => form.form.includes(wanted))),
  );
}

/** How many interviews a change reached, in words. */
export function reached(interviews: number, passedOn: number): string {
  if (!interviews) return 'No text changed.';
  const changed = interviews === 1 ? 'One interview changed' : `${interviews} interviews changed`;
  return passedOn ? `${changed}; coders have ${passedOn === interviews ? 'it all' : passedOn} anew.` : `${changed}.`;
}
