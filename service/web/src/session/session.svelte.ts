/** Whether this browser may see anything: unknown at first, then signed in or not. */
class Session {
  state = $state<'unknown' | 'in' | 'out'>('unknown');
  /** Whether a token is needed at all, so that a sign-out button makes sense. */
  required = $state(false);

  begin(): void {
    this.state = 'in';
  }

  end(): void {
    this.required = true;
    this.state = 'out';
  }
}

export const session = new Session();
