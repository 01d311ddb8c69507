// What a browser can add to pages that work without it: copying, and times that go on.
for (const button of document.querySelectorAll('[data-copy]')) {
  button.hidden = false;
  const { ariaLabel } = button;
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.ariaLabel = button.textContent = 'Copied';
    setTimeout(() => {
      button.textContent = 'Copy';
      button.ariaLabel = ariaLabel;
    }, 2000);
  });
}

// A list whose boxes can all be ticked at once, and that says how many are.
for (const all of document.querySelectorAll('[data-tick-all]')) {
  const boxes = [...document.querySelectorAll(`input[name="${all.dataset.tickAll}"]`)];
  all.hidden = false;
  all.addEventListener('change', () => {
    for (const box of boxes) box.checked = all.checked;
  });
}

const units = [
  ['minute', 60, 3570],
  ['hour', 3600, 84600],
  ['day', 86400, 31 * 86400],
];
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'always' });
// As the server told the time when it wrote the page, whatever the clock of this machine says.
const began = performance.now();
const times = [...document.querySelectorAll('time[data-age]')];

function tell() {
  const passed = (performance.now() - began) / 1000;
  for (const time of times) {
    const seconds = Math.round(Number(time.dataset.age) - passed);
    const size = Math.abs(seconds);
    const unit = units.find(([, , until]) => size < until);
    if (size < 45) time.textContent = seconds > 0 ? 'in a moment' : 'just now';
    else if (unit) time.textContent = relative.format(Math.round(seconds / unit[1]), unit[0]);
  }
}
if (times.length > 0) setInterval(tell, 30_000);
