// tests/web/page.js PAGE VERGE FOLDER -- a report opened from disk: what is clicked drives the program's own bits, by mouse
// and by keyboard, on a wide page and on a phone's, light and dark; nothing is loaded, and nothing complains.
const { chromium } = require('playwright-core');
const { execFileSync } = require('child_process');
const [page, verge, folder] = process.argv.slice(2);
const problems = [];

function must(true_, what) {
  if (!true_) throw new Error(what);
}
function own_hash(episode) {
  return execFileSync(verge, ['view', 'out', '--episode', episode, '--hash'], { cwd: folder }).toString().trim();
}
async function open(browser, options) {
  const context = await browser.newContext(options);
  const tab = await context.newPage();
  tab.on('console', (m) => { if (m.type() === 'error' || m.type() === 'warning') problems.push(m.text()); });
  tab.on('pageerror', (e) => problems.push(String(e)));
  tab.on('request', (r) => { if (!/^(file|data|blob):/.test(r.url())) problems.push('a request to ' + r.url()); });
  return tab;
}
async function state(tab) {
  await tab.waitForSelector('dialog[data-hash], dialog[data-failed]', { timeout: 60000 });
  return tab.evaluate(() => Object.assign({}, document.querySelector('dialog').dataset));
}
async function until(tab, wanted, what) {
  await tab.waitForFunction(wanted, null, { timeout: 60000 }).catch(() => { throw new Error(what); });
}

async function by_mouse(browser) {
  const tab = await open(browser, { viewport: { width: 1280, height: 800 }, colorScheme: 'light' });
  await tab.goto('file://' + page);
  const link = tab.locator('[data-episode]').first();
  const episode = await link.getAttribute('data-episode');
  await link.click();
  const seen = await state(tab), own = own_hash(episode.split(';')[0]);
  must(seen.hash === own, `${episode} has the hash ${seen.hash} in the page and ${own} in the program`);
  console.log(`${episode}: hash ${own}, as in the program`);
  const before = Date.now(), first = Number(seen.frames || 0);
  await tab.waitForTimeout(3000);
  const frames = (Number((await state(tab)).frames) - first) / (Date.now() - before) * 1000;
  console.log(`frames a second at 1280 x 800, drawn by the processor: ${frames.toFixed(0)}`);
  await tab.screenshot({ path: folder + '/wide.png' });
  await tab.keyboard.press('Escape');
  await until(tab, () => !document.querySelector('dialog').open, 'Escape does not close the viewer');
  await tab.context().close();
}

async function by_keyboard(browser) {
  const tab = await open(browser, { viewport: { width: 390, height: 780 }, colorScheme: 'dark' });
  await tab.goto('file://' + page);
  const spill = await tab.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  must(spill <= 0, `the page is ${spill} px wider than a phone`);
  await tab.locator('[data-episode]').first().focus();
  await tab.keyboard.press('Enter');
  await state(tab);
  await until(tab, () => Number(document.querySelector('dialog').dataset.frames) > 2, 'no frames');
  await tab.keyboard.press('Home');
  await tab.keyboard.press('Space');
  await until(tab, () => document.querySelector('dialog').dataset.playing === '0', 'Space does not pause');
  await tab.keyboard.press('ArrowRight');
  await until(tab, () => Number(document.querySelector('dialog').dataset.time) > 0.9, 'an arrow does not go forward');
  await tab.screenshot({ path: folder + '/phone.png' });
  await tab.keyboard.press('Escape');
  await until(tab, () => document.activeElement.hasAttribute('data-episode'), 'the focus is lost');
  await tab.context().close();
}

async function without_script(browser) {
  const tab = await open(browser, { javaScriptEnabled: false });
  await tab.goto('file://' + page);
  must(await tab.locator('h1').isVisible(), 'no page without script');
  await tab.context().close();
}

(async () => {
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu', '--disable-quic',
    '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'] });
  try {
    await by_mouse(browser);
    await by_keyboard(browser);
    await without_script(browser);
    must(problems.length === 0, problems.join('\n'));
  } finally {
    await browser.close();
  }
})().catch((why) => { console.error(String(why)); process.exit(1); });
