/** What this browser remembers of the person's choices. Never anything of an interview. */
export const remembered = {
  get(key: string): string | null {
    try {
      return localStorage.getItem(`lytt.${key}`);
    } catch {
      return null; // storage can be forbidden; the page works without it
    }
  },
  set(key: string, value: string): void {
    try {
      localStorage.setItem(`lytt.${key}`, value);
    } catch {
      // as above
    }
  },
};
