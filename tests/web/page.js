// tests/web/page.js VERGE FOLDER -- pages opened from disk, a report's and two gates': what is clicked drives the program's
// own bits, by mouse and by keyboard, on a wide page and on a phone's, light and dark; nothing is loaded, and nothing complains.
const { chromium } = require('playwright-core');
const { execFileSync } = require('child_process');
const [verge, folder] = process.argv.slice(2);
const report = 'file://' + folder + '/out/index.html';
const problems = [];

function must(true_, what) {
  if (!true_) throw new Error(what);
}
function own_hash(...words) {
  return execFileSync(verge, ['view', ...words, '--hash'], { cwd: folder }).toString().trim();
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
// What is clicked there plays what the program plays by these words; one car each.
async function plays(tab, link, words) {
  const episode = await link.getAttribute('data-episode');
  await link.click();
  const seen = await state(tab), own = own_hash(...words(episode));
  must(seen.hash === own, `${episode} has the hash ${seen.hash || seen.failed} in the page and ${own} in the program`);
  console.log(`${episode}: hash ${own}, as in the program`);
  return seen;
}
async function escape(tab) {
  await tab.keyboard.press('Escape');
  await until(tab, () => !document.querySelector('dialog').open, 'Escape does not close the viewer');
}
function of_report(episode) {
  const [which, training] = episode.split(';training=');
  return ['out', '--episode', which, '--training-seed', training || '1'];
}

async function by_mouse(browser) {
  const tab = await open(browser, { viewport: { width: 1280, height: 800 }, colorScheme: 'light' });
  await tab.goto(report);
  const seen = await plays(tab, tab.locator('a[data-episode]').first(), of_report);
  const before = Date.now(), first = Number(seen.frames || 0);
  await tab.waitForTimeout(3000);
  const frames = (Number((await state(tab)).frames) - first) / (Date.now() - before) * 1000;
  console.log(`frames a second at 1280 x 800, drawn by the processor: ${frames.toFixed(0)}`);
  await tab.screenshot({ path: folder + '/wide.png' });
  await escape(tab);
  // A dot of a map, its title, and a road's row in a table.
  await plays(tab, tab.locator('svg .vg-exits [data-episode]').last(), of_report);
  await escape(tab);
  await plays(tab, tab.locator('#figure-exits-2 svg > [data-episode]').first(), of_report);
  await escape(tab);
  await tab.locator('#figure-roads-1 summary').click();
  await plays(tab, tab.locator('#figure-roads-1 th [data-episode]').last(), of_report);
  await escape(tab);
  await tab.context().close();
}

// The worst episode of a gate: result and baseline side by side. That of a --run is one of a further pass, under its seed.
async function by_gate(browser) {
  const tab = await open(browser, { viewport: { width: 1280, height: 800 } });
  await tab.goto('file://' + folder + '/gate/index.html');
  must(await tab.locator('.worst img').first().evaluate((image) => image.naturalWidth > 0), 'a gate page shows no picture');
  await plays(tab, tab.locator('[data-episode]').first(), (episode) => ['after', 'before', '--episode', episode]);
  await until(tab, () => Number(document.querySelector('dialog').dataset.frames) > 2, 'no frames');
  await tab.screenshot({ path: folder + '/gate.png' });
  await tab.goto('file://' + folder + '/gate-run/index.html');
  await plays(tab, tab.locator('[data-episode*=";seed="]').first(), (episode) => {
    const [, road, start, seed] = /^(.*):(\d+);seed=(\d+)$/.exec(episode);
    return ['--suite', 'smoke', '--policy', 'after.safetensors', '--policy', 'kept/before.safetensors', '--road', road, '--start', start,
      '--seed', seed];
  });
  await tab.context().close();
}

async function by_keyboard(browser) {
  const tab = await open(browser, { viewport: { width: 390, height: 780 }, colorScheme: 'dark' });
  await tab.goto(report);
  const spill = await tab.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  must(spill <= 0, `the page is ${spill} px wider than a phone`);
  await tab.locator('a[data-episode]').first().focus();
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
  for (const page of [report, 'file://' + folder + '/gate/index.html']) {
    await tab.goto(page);
    must(await tab.locator('h1').isVisible(), 'no page without script');
    must(!await tab.locator('#watch').isVisible(), 'without script a page offers to play');
  }
  await tab.context().close();
}

(async () => {
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu', '--disable-quic',
    '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'] });
  try {
    await by_mouse(browser);
    await by_gate(browser);
    await by_keyboard(browser);
    await without_script(browser);
    must(problems.length === 0, problems.join('\n'));
  } finally {
    await browser.close();
  }
})().catch((why) => { console.error(String(why)); process.exit(1); });
