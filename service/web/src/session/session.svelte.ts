/** Who this browser is signed in as, and what they may do: unknown at first, then in or out. */
import type { components } from '../api/schema';

export type About = components['schemas']['Session'];
export type Action = components['schemas']['Action'];
export type Role = components['schemas']['Account']['roles'][number];

/** Carries what only a page of this session knows, so that no other site's page can change anything. */
export const CSRF_HEADER = 'X-Lytt-CSRF';

class Session {
  state = $state<'unknown' | 'in' | 'out'>('unknown');
  about = $state.raw<About | null>(null);

  /** Whether one must sign in at all, so that a sign-out button makes sense. */
  get required(): boolean {
    return this.about?.required ?? false;
  }

  get csrf(): string | null {
    return this.about?.csrf ?? null;
  }

  may(action: Action): boolean {
    return this.about?.may.includes(action) ?? false;
  }

  know(about: About): void {
    const before = this.about;
    // Nothing that one person saw stays in the memory of a page that another one goes on with.
    if (this.state === 'out' && before?.name && about.name && before.name !== about.name) {
      location.reload();
      return;
    }
    this.about = about.signed_in || !before ? about : { ...about, name: before.name };
    this.state = about.signed_in ? 'in' : 'out';
  }

  end(): void {
    this.state = 'out';
  }
}

export const session = new Session();
