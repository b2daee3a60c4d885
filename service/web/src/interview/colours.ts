/** Colours of the theme, for what is drawn on a canvas. */
export interface Colours {
  wave: string;
  played: string;
  cursor: string;
  ink: string;
  paper: string;
  faint: string;
  line: string;
  accent: string;
  chosen: string;
  hit: string;
  marks: Record<string, string>;
  voices: Record<string, string>;
}

export function coloursOf(element: Element): Colours {
  const style = getComputedStyle(element);
  const read = (name: string) => style.getPropertyValue(name).trim();
  return {
    wave: read('--wave'),
    played: read('--wave-played'),
    cursor: read('--ink'),
    ink: read('--ink'),
    paper: read('--paper'),
    faint: read('--ink-2'),
    line: read('--line'),
    accent: read('--accent'),
    chosen: read('--chosen'),
    hit: read('--hit-now'),
    marks: {
      pause: read('--mark-pause'),
      inaudible: read('--mark-inaudible'),
      loudness: read('--mark-loudness'),
      rate: read('--mark-rate'),
      filler: read('--mark-filler'),
      overlap: read('--mark-overlap'),
      disfluency: read('--mark-filler'),
      hesitation: read('--mark-filler'),
      interruption: read('--mark-overlap'),
      backchannel: read('--mark-overlap'),
      laughter: read('--mark-filler'),
      crying: read('--mark-filler'),
      breath: read('--mark-filler'),
      cough: read('--mark-filler'),
      volume: read('--mark-loudness'),
      tempo: read('--mark-rate'),
      pitch: read('--mark-rate'),
      voice: read('--mark-rate'),
      emphasis: read('--mark-loudness'),
      fading: read('--mark-loudness'),
      voice_break: read('--mark-rate'),
      latency: read('--mark-pause'),
      activation: read('--mark-loudness'),
      shift: read('--mark-rate'),
    },
    voices: {
      interviewer: read('--voice-interviewer'),
      participant: read('--voice-participant'),
      other: read('--voice-other'),
      first: read('--voice-first'),
      second: read('--voice-second'),
      unknown: read('--voice-unknown'),
    },
  };
}

/** Sizes a canvas to its box for the screen's density; returns its context in CSS pixels. */
export function sized(canvas: HTMLCanvasElement, width: number, height: number): CanvasRenderingContext2D | null {
  const density = window.devicePixelRatio || 1;
  const [w, h] = [Math.round(width * density), Math.round(height * density)];
  if (canvas.width !== w) canvas.width = w;
  if (canvas.height !== h) canvas.height = h;
  const context = canvas.getContext('2d');
  context?.setTransform(density, 0, 0, density, 0, 0);
  context?.clearRect(0, 0, width, height);
  return context;
}
