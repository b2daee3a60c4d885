/** Tells the event log what was listened to, from when to when: whatever plays an interview's sound. */
import { CSRF_HEADER, session } from './session.svelte';
import { Stretches } from './stretches';

const TOLD_EVERY_MS = 60_000;
const SOUND = /^(\/api\/(?:coding\/)?interviews\/[^/]+)(?:\/sound)?\/audio$/;

/** Starts noting; the function it returns stops it. */
export function noteListening(): () => void {
  const heard = new Map<HTMLMediaElement, { reference: string; played: Stretches }>();

  function tell(leaving = false): void {
    for (const [element, { reference, played }] of heard) {
      const stretches = played.take();
      if (!element.isConnected) heard.delete(element);
      if (!stretches.length) continue;
      fetch(`${reference}/listened`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', ...(session.csrf ? { [CSRF_HEADER]: session.csrf } : {}) },
        body: JSON.stringify({ stretches }),
        keepalive: leaving,
      })
        .then((answer) => {
          if (!answer.ok && answer.status !== 403) throw new Error(String(answer.status));
        })
        .catch(() => {
          played.putBack(stretches);
          heard.set(element, { reference, played });
        });
    }
  }

  // Events of a sound don't bubble, but they can be caught on their way down.
  function began(event: Event): void {
    const element = event.target;
    if (!(element instanceof HTMLMediaElement) || heard.has(element)) return;
    const reference = SOUND.exec(new URL(element.currentSrc || element.src, location.href).pathname)?.[1];
    if (!reference) return;
    const played = new Stretches();
    heard.set(element, { reference, played });
    const ms = () => element.currentTime * 1000;
    const still = () => {
      played.at(ms());
      played.stop();
      tell();
    };
    element.addEventListener('timeupdate', () => {
      if (!element.paused && !element.seeking) played.at(ms());
    });
    element.addEventListener('playing', () => played.at(ms()));
    element.addEventListener('seeking', () => played.stop());
    element.addEventListener('pause', still);
    element.addEventListener('ended', still);
  }

  const hidden = () => {
    if (document.visibilityState === 'hidden') tell(true);
  };
  const gone = () => tell(true);
  const clock = setInterval(() => tell(), TOLD_EVERY_MS);
  document.addEventListener('play', began, true);
  document.addEventListener('visibilitychange', hidden);
  window.addEventListener('pagehide', gone);
  return () => {
    clearInterval(clock);
    document.removeEventListener('play', began, true);
    document.removeEventListener('visibilitychange', hidden);
    window.removeEventListener('pagehide', gone);
    tell(true);
  };
}
