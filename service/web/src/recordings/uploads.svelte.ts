/** Files on their way to the server: a few at a time, each with progress, cancel and an error in words. */
import { address } from '../api/client';
import { connectionLoss, problemFrom } from '../api/problem';
import { CSRF_HEADER, session } from '../session/session.svelte';

const AT_ONCE = 2;
const SHOWN_AFTER_ARRIVAL_MS = 6000;

export class Upload {
  readonly name: string;
  readonly size: number;
  state = $state<'waiting' | 'sending' | 'arrived' | 'failed'>('waiting');
  sent = $state(0);
  message = $state('');
  readonly file: File;
  request: XMLHttpRequest | null = null;

  constructor(file: File) {
    this.file = file;
    this.name = file.name;
    this.size = file.size;
  }

  get percent(): number {
    return this.size > 0 ? Math.min(100, (this.sent / this.size) * 100) : 100;
  }
}

class Uploads {
  all = $state<Upload[]>([]);
  readonly busy = $derived(this.all.some((upload) => upload.state === 'waiting' || upload.state === 'sending'));

  add(files: Iterable<File>): void {
    for (const file of files) {
      const upload = new Upload(file);
      if (file.size === 0) {
        upload.state = 'failed';
        upload.message = 'The file is empty. Choose another one, or copy the recording again.';
      }
      this.all.push(upload);
    }
    this.#next();
  }

  cancel(upload: Upload): void {
    upload.request?.abort();
    this.remove(upload);
    this.#next();
  }

  remove(upload: Upload): void {
    this.all = this.all.filter((known) => known !== upload);
  }

  again(upload: Upload): void {
    upload.state = 'waiting';
    upload.sent = 0;
    upload.message = '';
    this.#next();
  }

  #next(): void {
    const sending = this.all.filter((upload) => upload.state === 'sending').length;
    for (const upload of this.all.filter((known) => known.state === 'waiting').slice(0, AT_ONCE - sending)) {
      this.#send(upload);
    }
  }

  #send(upload: Upload): void {
    // XMLHttpRequest, since fetch does not tell how much was sent.
    const request = new XMLHttpRequest();
    upload.request = request;
    upload.state = 'sending';
    request.upload.addEventListener('progress', (event) => {
      upload.sent = event.total > 0 ? (event.loaded / event.total) * upload.size : event.loaded;
    });
    request.addEventListener('load', () => {
      const body = parsed(request.responseText);
      if (request.status >= 200 && request.status < 300) {
        upload.sent = upload.size;
        upload.state = 'arrived';
        upload.message = messageOf(body) || 'Arrived. It is taken in within seconds.';
        setTimeout(() => this.remove(upload), SHOWN_AFTER_ARRIVAL_MS);
      } else {
        if (request.status === 401) session.end();
        upload.state = 'failed';
        upload.message = problemFrom(request.status, body).message;
      }
      this.#next();
    });
    request.addEventListener('error', () => {
      upload.state = 'failed';
      upload.message = connectionLoss().message;
      this.#next();
    });
    const form = new FormData();
    form.append('file', upload.file, upload.name);
    request.open('POST', address.upload);
    if (session.csrf) request.setRequestHeader(CSRF_HEADER, session.csrf);
    request.send(form);
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function messageOf(body: unknown): string {
  return typeof body === 'object' && body !== null && 'message' in body && typeof body.message === 'string'
    ? body.message
    : '';
}

export const uploads = new Uploads();
