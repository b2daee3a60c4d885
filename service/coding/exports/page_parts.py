"""What the exported HTML file looks like and how it plays."""

from __future__ import annotations

STYLE = """
:root { color-scheme: light dark; --line: #8886; }
body { font: 17px/1.6 Georgia, serif; max-width: 46rem; margin: 0 auto; padding: 1rem 1.2rem 6rem; }
h1, h2, h3, nav, summary, .time, .code, .between { font-family: system-ui, sans-serif; }
nav a { margin-right: 0.8rem; }
section { border-top: 1px solid var(--line); margin-top: 2rem; }
.time { font-size: 0.75rem; font-variant-numeric: tabular-nums; opacity: 0.7; }
.between { opacity: 0.7; font-size: 0.85rem; }
u { text-decoration: underline dotted; text-underline-offset: 0.25em; }
.codes { display: block; }
.code { font-size: 0.75rem; border: 1px solid var(--line); border-left-width: 4px; border-radius: 3px; background: none;
  color: inherit; padding: 0.1rem 0.5rem; margin: 0.1rem 0.3rem 0.1rem 0; }
button.code { cursor: pointer; }
button.code[aria-pressed="true"] { outline: 2px solid; }
.memo { display: block; white-space: pre-wrap; margin-left: 1rem; font-style: italic; }
summary { cursor: pointer; margin: 0.6rem 0; }
"""

SCRIPT = """
let sound = null, button = null, timer = 0;
function stop() {
  clearInterval(timer);
  if (sound) sound.pause();
  if (button) button.setAttribute('aria-pressed', 'false');
  sound = button = null;
}
document.addEventListener('click', (event) => {
  const asked = event.target.closest('button[data-clip]');
  if (!asked) return;
  const again = asked === button;
  stop();
  if (again) return;
  button = asked;
  sound = document.getElementById(asked.dataset.clip);
  button.setAttribute('aria-pressed', 'true');
  sound.currentTime = Math.max(0, asked.dataset.start - 2000) / 1000;
  sound.play().catch((error) => {
    if (error.name === 'AbortError') return;
    stop();
    asked.textContent += ' (this browser can not play it)';
  });
  const end = Number(asked.dataset.end) / 1000;
  timer = setInterval(() => { if (sound && (sound.ended || sound.currentTime >= end)) stop(); }, 50);
});
document.addEventListener('keydown', (event) => { if (event.key === 'Escape') stop(); });
"""
