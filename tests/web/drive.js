// tests/web/drive.js VERGE PAGE FOLDER [SECONDS] -- the page to drive in, opened from disk in a headless Chromium: driven by
// key events, the tab reloaded, closed and killed at a random moment, driven on, saved and replayed by the program; by a finger
// and a game controller; on a phone's width, dark, by the keyboard alone. Nothing is loaded, and nothing complains.
const { chromium } = require('playwright-core');
const { execFileSync } = require('child_process');
const fs = require('fs');
const [verge, page, folder, wanted] = process.argv.slice(2);
const seconds = Number(wanted || 20), root = require('path').resolve(__dirname, '../..');
const problems = [];

function must(true_, what) {
  if (!true_) throw new Error(what);
}
function listen(tab) {
  tab.on('console', (m) => { if (m.type() === 'error' || m.type() === 'warning') problems.push(m.text()); });
  tab.on('pageerror', (e) => problems.push(String(e)));
  tab.on('request', (r) => { if (!/^(file|data|blob):/.test(r.url())) problems.push('a request to ' + r.url()); });
}
async function open(context, hash) {
  const tab = await context.newPage();
  listen(tab);
  // How far the drive was when the page went away.
  await tab.addInitScript(() => addEventListener('pagehide', () => {
    localStorage.setItem('seen', document.getElementById('canvas').dataset.ticks || '');
  }));
  await tab.goto('file://' + page + (hash || ''));
  await tab.waitForSelector('#choice', { state: 'visible', timeout: 60000 });
  return tab;
}
const data = (tab) => tab.evaluate(() => Object.assign({}, document.getElementById('canvas').dataset));
const ticks = async (tab) => Number((await data(tab)).ticks || 0);
async function until(tab, test, argument, what) {
  await tab.waitForFunction(test, argument, { timeout: 60000 }).catch(() => { throw new Error(what); });
}
async function driven(tab, more) {
  const from = await ticks(tab);
  await until(tab, (n) => Number(document.getElementById('canvas').dataset.ticks) >= n, from + more, 'the drive stands');
}
// Full throttle, and a hand that wanders: about `count` ticks.
async function wander(tab, count) {
  const end = (await ticks(tab)) + count;
  await tab.keyboard.down('ArrowUp');
  for (let i = 0; (await ticks(tab)) < end; i++) {
    const key = i % 2 ? 'ArrowLeft' : 'd';
    await tab.keyboard.down(key);
    await tab.waitForTimeout(60 + Math.random() * 200);
    await tab.keyboard.up(key);
    if (i % 9 === 8) await tab.keyboard.press('Backspace');
  }
  await tab.keyboard.up('ArrowUp');
}
async function save(tab, button) {
  const [download] = await Promise.all([tab.waitForEvent('download'), tab.locator(button).click()]);
  const path = folder + '/' + download.suggestedFilename();
  await download.saveAs(path);
  return path;
}
function replays(path, wanted_ticks) {
  const said = execFileSync(verge, ['replay', path, '--verify', '--json']).toString();
  const report = JSON.parse(said);
  const total = report.episodes.reduce((sum, e) => sum + e.ticks, 0);
  must(total === wanted_ticks, `the log has ${total} ticks of ${wanted_ticks}`);
  return report;
}
// The rows of kept drives. Gives the ticks of the newest.
async function kept(tab) {
  await tab.waitForSelector('#drives li', { timeout: 60000 });
  return Number(await tab.locator('#drives li').first().getAttribute('data-ticks'));
}

async function loses_nothing(browser) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, acceptDownloads: true });
  let tab = await open(context);
  await tab.screenshot({ path: folder + '/start.png' });
  await tab.locator('#go').click();
  await until(tab, () => Number(document.getElementById('canvas').dataset.ticks) > 0, null, 'no tick');
  const begin = Date.now(), first = Number((await data(tab)).frames);
  await wander(tab, seconds * 60 / 4);
  const last = await data(tab);
  console.log(`frames a second at 1280 x 800, drawn by the processor: ${((Number(last.frames) - first) / (Date.now() - begin) * 1000).toFixed(0)}`);
  await tab.screenshot({ path: folder + '/drive.png' });
  let before = await ticks(tab);
  for (const how of ['reload', 'close', 'kill']) {
    await tab.keyboard.down('ArrowUp');
    await tab.waitForTimeout(Math.random() * 1500);
    before = Math.max(before, (await ticks(tab)) - 1);
    if (how === 'reload') {
      await tab.reload();
    } else if (how === 'close') {
      await tab.close();
      tab = await open(context);
    } else { // the process that draws the page: no event tells it
      before = Number((await data(tab)).safe);
      const client = await context.newCDPSession(tab);
      client.send('Page.crash').catch(() => {});
      await new Promise((done) => setTimeout(done, 500));
      await tab.close();
      tab = await open(context);
    }
    const there = await kept(tab), seen = Number(await tab.evaluate(() => localStorage.getItem('seen')));
    must(how === 'kill' ? there >= before : there === seen && there >= before,
      `${how}: ${there} ticks are there of ${how === 'kill' ? before : seen}`);
    await tab.locator('#drives button', { hasText: 'Drive on' }).first().click();
    await tab.waitForSelector('#canvas', { state: 'visible' });
    await until(tab, (n) => Number(document.getElementById('canvas').dataset.ticks) === n, there, 'it does not go on where it was');
    await tab.keyboard.press('p');
    await wander(tab, seconds * 60 / 4);
    console.log(`${how}: ${there} ticks were there, and the drive went on`);
  }
  await tab.keyboard.press('Escape');
  await tab.waitForSelector('#over', { state: 'visible' });
  const total = await ticks(tab), path = await save(tab, '#save');
  const report = replays(path, total);
  console.log(`${total} ticks in ${report.episodes.length} episodes replay to the bit`);
  await tab.screenshot({ path: folder + '/over.png' });
  await tab.locator('#back').click();
  await until(tab, (n) => Number((document.querySelector('#drives li') || { dataset: {} }).dataset.ticks) === n, total, 'the end is not kept');
  const again = await save(tab, '#drives button:has-text("Save")');
  must(fs.readFileSync(again).length > 1000, 'no log from the list');
  replays(again, total);
  await tab.locator('#drives button', { hasText: 'Delete' }).click();
  await tab.locator('#drives button', { hasText: 'Delete' }).click();
  await until(tab, () => !document.querySelector('#drives li'), null, 'a deleted drive is still there');
  await context.close();
}

// With a policy at the wheel and one to race, until the person steers.
async function with_policies(browser) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, acceptDownloads: true });
  await context.addInitScript(() => { // how loud what is played is
    const copy = AudioBuffer.prototype.copyToChannel;
    window.loudest = 0;
    AudioBuffer.prototype.copyToChannel = function (samples, channel) {
      for (const sample of samples) window.loudest = Math.max(window.loudest, Math.abs(sample));
      return copy.call(this, samples, channel);
    };
  });
  const tab = await open(context, '#road=valid-1&race=pursuit');
  must(await tab.locator('#road').inputValue() === 'valid-1' && await tab.locator('#race').inputValue() === 'pursuit', 'the link picks nothing');
  await tab.selectOption('#car', 'kart');
  await tab.setInputFiles('#policy-file', folder + '/bc.safetensors');
  await tab.locator('#go').click(); // a policy of another car is refused, in words
  await until(tab, () => /was made for the car/.test(document.getElementById('says').textContent), null, 'nothing says that the car is another');
  await tab.selectOption('#car', '');
  await tab.setInputFiles('#road-file', page); // a road that is none is refused, too
  await tab.locator('#go').click();
  await until(tab, () => /index.html/.test(document.getElementById('says').textContent), null, 'nothing says that the road is none');
  await tab.setInputFiles('#road-file', root + '/tracks/library/hairpins.csv');
  await tab.locator('#go').click();
  await driven(tab, 150);
  await tab.keyboard.down('ArrowLeft');
  await driven(tab, 20);
  await tab.keyboard.up('ArrowLeft');
  await tab.keyboard.press('Enter');
  await driven(tab, 60);
  await tab.screenshot({ path: folder + '/race.png' });
  must(await tab.evaluate(() => window.loudest) > 0.01, 'nothing is heard');
  await tab.locator('#mute').click();
  must(await tab.evaluate(() => document.getElementById('mute').getAttribute('aria-pressed')) === 'true', 'it is not muted');
  await tab.reload();
  const there = await kept(tab);
  const report = replays(await save(tab, '#drives button:has-text("Save")'), there);
  must(report.episodes.length === 1, 'a takeover is no new episode');
  console.log(`${there} ticks of a policy and a person replay to the bit`);
  await context.close();
}

async function by_keyboard(browser) {
  const context = await browser.newContext({ viewport: { width: 390, height: 780 }, colorScheme: 'dark', deviceScaleFactor: 2 });
  const tab = await open(context);
  const spill = await tab.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  must(spill <= 0, `the page is ${spill} px wider than a phone`);
  await tab.screenshot({ path: folder + '/phone-start.png', fullPage: true });
  for (let i = 0; i < 20 && await tab.evaluate(() => document.activeElement.id) !== 'go'; i++) await tab.keyboard.press('Tab');
  await tab.keyboard.press('Enter');
  await driven(tab, 10);
  await tab.keyboard.down('w');
  await driven(tab, 90);
  await tab.keyboard.up('w');
  await tab.screenshot({ path: folder + '/phone.png' });
  await tab.keyboard.press('Shift+Tab'); // to the buttons, and back to the road
  must(await tab.evaluate(() => document.activeElement.id) === 'mute', 'Tab does not lead to the buttons');
  for (let i = 0; i < 10 && await tab.evaluate(() => document.activeElement.id) !== 'end'; i++) await tab.keyboard.press('Shift+Tab');
  await tab.keyboard.press('Enter');
  await tab.waitForSelector('#over', { state: 'visible' });
  await tab.screenshot({ path: folder + '/phone-over.png' });
  await context.close();
}

async function by_finger(browser) {
  const context = await browser.newContext({ viewport: { width: 390, height: 780 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 });
  const tab = await open(context);
  await tab.locator('#go').tap();
  await driven(tab, 5);
  const client = await context.newCDPSession(tab), box = async (id) => tab.locator(id).boundingBox();
  const [gas, wheel] = [await box('#throttle'), await box('#steer')];
  const at = (b, x) => ({ x: b.x + b.width * x, y: b.y + b.height / 2 });
  await client.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [{ ...at(gas, 0.5), id: 1 }] });
  await driven(tab, 60);
  await client.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [{ ...at(gas, 0.5), id: 1 }, { ...at(wheel, 0.2), id: 2 }] });
  await driven(tab, 30);
  await tab.screenshot({ path: folder + '/finger.png' });
  await client.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
  await tab.locator('#end').tap();
  const state = await inputs(tab);
  must(state.pedals > 0.9 && state.steer > 0.5, `a finger asked for ${JSON.stringify(state)}`);
  await context.close();
}

// The most that the hand asked for, out of the saved log: steering to the left, throttle.
async function inputs(tab) {
  const read = "import sqlite3, sys, json; print(json.dumps(sqlite3.connect(sys.argv[1]).execute(" +
    "'select max(input_steer), max(input_accel), max(abs(gust)) from step').fetchone()))";
  const [steer, pedals, gust] = JSON.parse(execFileSync('python3', ['-c', read, await save(tab, '#save')]).toString());
  return { steer, pedals, gust };
}

async function by_controller(browser) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, acceptDownloads: true });
  await context.addInitScript(() => {
    const pad = { id: 'a pad', index: 0, connected: true, mapping: 'standard', axes: [-1, 0, 0, 0],
      buttons: Array.from({ length: 17 }, (_, i) => ({ pressed: i === 7, value: i === 7 ? 1 : 0 })) };
    navigator.getGamepads = () => [pad, null];
  });
  const tab = await open(context);
  await tab.setInputFiles('#car-file', root + '/assets/cars/kart.yaml');
  await tab.selectOption('#suite', 'disturbed');
  await tab.locator('#go').click();
  await driven(tab, 60);
  await tab.keyboard.press('Escape');
  await tab.waitForSelector('#over', { state: 'visible' });
  const state = await inputs(tab);
  must(state.gust > 0, 'there is no gust in a disturbed drive');
  await tab.locator('#back').click();
  const there = await kept(tab);
  replays(await save(tab, '#drives button:has-text("Save")'), there);
  must(state.steer === 1 && state.pedals === 1, `a controller asked for ${JSON.stringify(state)}`);
  console.log('a finger and a game controller drive');
  await context.close();
}

// A wheel is calibrated once, and known after the page was loaded again.
async function by_wheel(browser) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, acceptDownloads: true });
  await context.addInitScript(() => {
    window.axes = [0, -1, -1];
    navigator.getGamepads = () => [{ id: 'A wheel (Vendor: 1)', index: 1, connected: true, mapping: '', axes: window.axes, buttons: [] }];
  });
  let tab = await open(context);
  await tab.locator('#go').click();
  await driven(tab, 5);
  await tab.keyboard.press('k');
  for (const axes of [[0, -1, -1], [-1, -1, -1], [1, -1, -1], [0, 1, -1], [0, -1, 1]]) {
    await tab.evaluate((a) => { window.axes = a; }, axes);
    await tab.waitForTimeout(150);
    await tab.keyboard.press('Enter');
    await tab.waitForTimeout(150);
  }
  await driven(tab, 5); // it stands until it is calibrated
  await tab.reload();
  await tab.waitForSelector('#choice', { state: 'visible' });
  await tab.locator('#go').click();
  await tab.evaluate(() => { window.axes = [-0.5, 1, -1]; });
  await driven(tab, 60);
  await tab.locator('#end').click();
  const state = await inputs(tab);
  must(Math.abs(state.steer - 0.5) < 0.01 && state.pedals > 0.99, `a calibrated wheel asked for ${JSON.stringify(state)}`);
  console.log('a wheel is calibrated once');
  await context.close();
}

// Without a database, without a local storage, without either; and a second tab.
async function where_little_is_kept(browser) {
  const none = {
    database: () => Object.defineProperty(window, 'indexedDB', { get() { throw new Error('denied'); } }),
    storage: () => { Storage.prototype.setItem = () => { throw new Error('full'); }; }
  };
  for (const without of [['database'], ['storage'], ['database', 'storage']]) {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    const tab = await context.newPage();
    tab.on('pageerror', (e) => problems.push(String(e)));
    for (const what of without) await tab.addInitScript(none[what]);
    await tab.goto('file://' + page);
    await tab.waitForSelector('#choice', { state: 'visible' });
    await tab.locator('#go').click();
    if (without.length === 2) {
      await until(tab, () => /Not kept|keeps no more/.test(document.getElementById('tells').textContent), null, 'it does not say that nothing is kept');
      await driven(tab, 30);
      must((await data(tab)).safe === '0', 'ticks are called safe that are not');
    } else {
      await driven(tab, 90);
      const safe = Number((await data(tab)).safe);
      must(safe > 0, 'nothing is safe');
      const other = await context.newPage();
      await other.goto('file://' + page);
      await other.waitForSelector('#drives li', { timeout: 60000 });
      must(await other.locator('#drives button').count() === 0, 'a drive under way is offered in another tab');
      await other.close();
      await tab.reload();
      must(await kept(tab) >= safe, `without a ${without}: ${await kept(tab)} ticks of ${safe}`);
      await tab.locator('#drives button', { hasText: 'Drive on' }).click();
      await tab.waitForSelector('#canvas', { state: 'visible' });
      await tab.keyboard.press('p');
      await driven(tab, 30);
    }
    await context.close();
  }
  console.log('without a database or a local storage a drive is kept, without both the page says so');
}

async function without_script(browser) {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const tab = await context.newPage();
  await tab.goto('file://' + page);
  must(await tab.locator('noscript').count() === 1 && !await tab.locator('#choice').isVisible(), 'without script the page offers a drive');
  await context.close();
}

(async () => {
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu', '--disable-quic',
    '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'] });
  try {
    await loses_nothing(browser);
    await with_policies(browser);
    await by_keyboard(browser);
    await by_finger(browser);
    await by_controller(browser);
    await by_wheel(browser);
    await where_little_is_kept(browser);
    await without_script(browser);
    must(problems.length === 0, problems.join('\n'));
  } finally {
    await browser.close();
  }
})().catch((why) => { console.error(String(why.stack || why)); process.exit(1); });
