/** A file that the server makes while it is sent: received with progress, then given to the browser to keep. */
import { connectionLoss, problemFrom } from '../api/problem';
import { session } from '../session/session.svelte';

/** What is held in memory before it is handed to the browser, which may put it on the disk. */
const PIECE_BYTES = 16 * 2 ** 20;

/** Receives a file. `onbytes` is told how many bytes have come. Throws a `Problem`, or AbortError when it is given up. */
export async function receive(address: string, signal: AbortSignal, onbytes: (count: number) => void): Promise<{ name: string; file: Blob }> {
  const answer = await fetch(address, { signal }).catch((error: unknown) => {
    throw signal.aborted ? error : connectionLoss();
  });
  if (!answer.ok || !answer.body) {
    if (answer.status === 401) session.end();
    throw problemFrom(answer.status, await answer.json().catch(() => null));
  }
  const name = /filename="([^"]+)"/.exec(answer.headers.get('Content-Disposition') ?? '')?.[1] ?? 'interviews';
  const pieces: Blob[] = [];
  let held: Uint8Array<ArrayBuffer>[] = [];
  let [waiting, received] = [0, 0];
  const reader = answer.body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      held.push(value);
      waiting += value.byteLength;
      received += value.byteLength;
      onbytes(received);
      if (waiting >= PIECE_BYTES) {
        pieces.push(new Blob(held));
        [held, waiting] = [[], 0];
      }
    }
  } catch (error) {
    throw signal.aborted ? error : connectionLoss();
  }
  return { name, file: new Blob([...pieces, ...held], { type: 'application/octet-stream' }) };
}

/** Lets the browser keep a file as it keeps downloads. */
export function keep(name: string, file: Blob): void {
  const address = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
