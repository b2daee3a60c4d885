/**
 * The board, kept live. Progress comes with the list of recordings, which the server sends at every change; the board
 * itself is read again only when something else in that list changed, or the protocol, and at most once a second.
 */
import { api } from '../api/client';
import { inWords } from '../api/problem';
import type { Recordings } from '../api/types';
import { agrees, signatureOf } from './changes';
import type { Position } from './grid';
import type { Board } from './types';

const LEAST_MS = 1000;

class LiveBoard {
  board = $state.raw<Board | null>(null);
  problem = $state('');
  /** Where the keys are; kept while another page is open. */
  active = $state.raw<Position>({ row: 0, column: 0 });
  scrolled = { top: 0, left: 0 };

  #signature: string | null = null;
  #version: string | null = null;
  #asking: Promise<void> | null = null;
  #again = false;
  #reads = 0;
  #askedAt = -Infinity;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Begins to follow; returns what ends it. */
  start(): () => void {
    this.#signature = null;
    this.#version = null;
    void this.refresh();
    return () => {
      clearTimeout(this.#timer);
      this.#timer = undefined;
      this.#again = false;
    };
  }

  /** The newest list of recordings. */
  follow(list: Recordings): void {
    const signature = signatureOf(list.recordings);
    if (signature === this.#signature) return;
    // The first list may tell the same as the board that was just read.
    const isNews = this.#signature !== null || (this.board !== null && !agrees(this.board, list.recordings));
    this.#signature = signature;
    if (isNews) void this.refresh();
  }

  /** The version of the protocol in force. */
  followVersion(version: string | null): void {
    if (version === this.#version) return;
    const isNews = this.#version !== null;
    this.#version = version;
    if (isNews) void this.refresh();
  }

  /** Reads the board: now, or as soon as a second has passed since it was last read. */
  refresh(): Promise<void> {
    if (this.#asking) {
      this.#again = true;
      return this.#asking;
    }
    const wait = this.#askedAt + LEAST_MS - performance.now();
    if (wait > 0) {
      this.#timer ??= setTimeout(() => {
        this.#timer = undefined;
        void this.refresh();
      }, wait);
      return Promise.resolve();
    }
    return this.readNow();
  }

  /** Reads the board after an act of the person, without waiting. */
  readNow(): Promise<void> {
    this.#askedAt = performance.now();
    this.#asking = this.#read().finally(() => {
      this.#asking = null;
      if (this.#again) {
        this.#again = false;
        void this.refresh();
      }
    });
    return this.#asking;
  }

  async #read(): Promise<void> {
    const number = (this.#reads += 1);
    try {
      const board = await api.board();
      // Of two answers on their way the one that was asked for last counts.
      if (number === this.#reads) this.board = board;
      this.problem = '';
    } catch (error) {
      this.problem = inWords(error);
    }
  }
}

export const liveBoard = new LiveBoard();
