// app/web/page.js -- plays episodes in a report: a click on what has data-episode, or a link #play=ROAD:START, opens the
// viewer over the page. app/web/pack.js puts it behind the compiled program (VergeModule) and its bytes (VERGE_WASM).
(function () {
  'use strict';
  var data = JSON.parse(document.getElementById('verge-play').textContent);
  var dialog = null, canvas, says, name, program = null, M = null, player = 0, before = 0, frames = 0, asked = null, dirty = true;
  var fit = null, moving = 0, held = false, back = null;
  var KEYS = { ' ': 'SPACE', ArrowLeft: 'LEFT', ArrowRight: 'RIGHT', ArrowUp: 'UP', ArrowDown: 'DOWN', Home: 'HOME', End: 'END',
    Escape: 'ESCAPE', '+': 'PLUS', '-': 'MINUS', '=': 'EQUALS', F1: 'F1', F11: 'F11', F12: 'F12' };
  var STYLE = 'dialog.verge{border:0;padding:0;margin:0;width:100vw;height:100vh;height:100dvh;max-width:none;max-height:none;' +
    'background:#0e1316;color:#fff;overflow:hidden;font:max(14px,.6vw)/1.4 system-ui,sans-serif}dialog.verge[open]{display:flex;flex-direction:column}' +
    'dialog.verge canvas{display:block;flex:1;min-height:0;width:100%;touch-action:none;outline:0}' +
    'dialog.verge .bar{display:flex;gap:6px;align-items:center;padding:4px 8px 4px 14px}dialog.verge .bar span{flex:1;overflow:hidden;' +
    'text-overflow:ellipsis;white-space:nowrap}dialog.verge button{font:inherit;min-width:32px;min-height:32px;border-radius:6px;' +
    'border:1px solid rgba(255,255,255,.35);background:none;color:#fff;cursor:pointer;padding:0 10px}' +
    'dialog.verge button:focus-visible,[data-episode]:focus-visible{outline:2px solid #4f9dff;outline-offset:1px}' +
    'dialog.verge p{position:absolute;left:50%;top:42%;transform:translate(-50%,-50%);max-width:min(36rem,90vw);margin:0;' +
    'background:rgba(14,19,22,.9);padding:.8rem 1.2rem;border-radius:8px}[data-episode]{cursor:pointer}';

  // --- the program, once

  function unpack(text) {
    var raw = atob(text), bytes = new Uint8Array(raw.length);
    for (var i = 0; i < raw.length; i++) bytes[i] = raw.charCodeAt(i);
    return bytes;
  }
  function inflate(bytes) {
    var stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
    return new Response(stream).arrayBuffer().then(function (buffer) { return new Uint8Array(buffer); });
  }
  // The program's folder is deep enough for paths that begin with ../
  var HOME = '/a/a/a/a/a/a/a/a';
  function lay(path, bytes) {
    var parts = path[0] === '/' ? [] : HOME.slice(1).split('/');
    path.split('/').forEach(function (part) {
      if (part === '..') parts.pop(); else if (part && part !== '.') parts.push(part);
    });
    var name = parts.pop();
    M.FS.mkdirTree('/' + parts.join('/')); // which reads any path as one from the root
    M.FS.writeFile('/' + parts.concat(name).join('/'), bytes);
  }
  function load() {
    if (!program) program = inflate(unpack(VERGE_WASM)).then(function (wasm) {
      return VergeModule({ wasmBinary: wasm, canvas: canvas });
    }).then(function (made) {
      M = made;
      M.FS.mkdirTree(HOME);
      M.FS.chdir(HOME);
      data.files.forEach(function (file) { lay(file.path, file.text !== undefined ? file.text : unpack(file.base64)); });
    });
    return program;
  }
  function call(name, kind, kinds, values) { return M.ccall('vg_web_' + name, kind, kinds || ['number'], values || [player]); }

  // --- the dialog

  function button(label, text, act) {
    var made = document.createElement('button');
    made.type = 'button'; made.textContent = text; made.title = label;
    made.setAttribute('aria-label', label);
    made.onclick = function () { act(); canvas.focus(); };
    return made;
  }
  function build() {
    dialog = document.createElement('dialog');
    dialog.className = 'verge';
    canvas = document.createElement('canvas');
    canvas.tabIndex = 0;
    fit = Fit(canvas, true);
    canvas.setAttribute('role', 'application');
    says = document.createElement('p');
    says.setAttribute('role', 'status');
    var bar = document.createElement('div');
    bar.className = 'bar';
    name = document.createElement('span');
    bar.appendChild(name);
    bar.appendChild(button('Keys', '?', function () { press('H', false, false); }));
    bar.appendChild(button('Close', '\u00d7', close));
    dialog.appendChild(bar); dialog.appendChild(canvas); dialog.appendChild(says);
    dialog.addEventListener('cancel', function (event) { event.preventDefault(); });
    dialog.addEventListener('keydown', key);
    canvas.addEventListener('pointerdown', point); canvas.addEventListener('pointermove', point);
    canvas.addEventListener('pointerup', point); canvas.addEventListener('pointercancel', point);
    canvas.addEventListener('wheel', function (event) {
      if (!player) return;
      event.preventDefault();
      call('point', null, ['number', 'number', 'number', 'number', 'number', 'number'], [player, -1, -1, 0, 0, event.deltaY < 0 ? 1 : -1]);
      dirty = true;
    }, { passive: false });
    document.body.appendChild(dialog);
  }
  function tell(text) { says.textContent = text; says.hidden = !text; }
  function dark() {
    var theme = document.documentElement.getAttribute('data-theme');
    return theme ? theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
  }

  // --- hands

  function press(name, repeat, shift) {
    if (!player) return;
    var wish = call('press', 'number', ['number', 'string', 'number', 'number'], [player, name, repeat ? 1 : 0, shift ? 1 : 0]);
    dirty = true;
    if (wish === 1) canvas.toBlob(function (blob) {
      var link = document.createElement('a');
      link.href = URL.createObjectURL(blob); link.download = 'view.png'; link.click();
      setTimeout(function () { URL.revokeObjectURL(link.href); }, 1000);
    });
    if (wish === 2) document.fullscreenElement ? document.exitFullscreen() : dialog.requestFullscreen();
    if (wish === 3) close();
  }
  function key(event) {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.target !== canvas && (event.key === ' ' || event.key === 'Enter' || event.key === 'Tab')) return; // a button's
    if (!player) { if (event.key === 'Escape') close(); return; }
    if (event.key === 'Tab') { // follows the next car while there is one; the last Tab goes on to the buttons
      if (event.shiftKey || dialog.tabs >= dialog.cars - 1) { dialog.tabs = 0; return; }
      dialog.tabs++;
      event.preventDefault();
      press('TAB', event.repeat, false);
      return;
    }
    var which = KEYS[event.key] || (/^[a-z0-9]$/i.test(event.key) ? event.key.toUpperCase() : null);
    if (!which) return;
    event.preventDefault();
    press(which, event.repeat, event.shiftKey);
  }
  function point(event) {
    if (!player) return;
    var box = canvas.getBoundingClientRect(), unit = canvas.width / box.width / fit.scale;
    if (event.type === 'pointerdown') { held = true; canvas.setPointerCapture(event.pointerId); }
    if (event.type === 'pointerup' || event.type === 'pointercancel') held = false;
    call('point', null, ['number', 'number', 'number', 'number', 'number', 'number'], [player, (event.clientX - box.left) * unit,
      (event.clientY - box.top) * unit, held ? 1 : 0, event.type === 'pointerdown' ? 1 : 0, 0]);
    dirty = true;
  }

  // --- frames

  function frame(now) {
    if (!player || !dialog.open) return;
    if (fit(now, !moving)) dirty = true;
    var playing = call('is_playing', 'number');
    moving = playing;
    if (playing || dirty) {
      var dt = Math.min(0.25, Math.max(0, (now - before) / 1000));
      if (call('paint', 'number', ['number', 'number', 'number', 'number', 'number'], [player, dt, canvas.width, canvas.height, fit.scale]))
        tell(M.trouble);
      frames++;
      dirty = playing;
      dialog.dataset.time = call('time', 'number').toFixed(3);
      dialog.dataset.frames = frames;
      dialog.dataset.playing = call('is_playing', 'number');
    }
    before = now;
    requestAnimationFrame(frame);
  }

  // --- episodes

  function start(asks) {
    var results = data.results.map(function (r) { return r.label ? r.label + '\t' + r.path : r.path; }).join('\n');
    player = call('play', 'number', ['string', 'string', 'number', 'number'], [results, asks.episode, asks.training, asks.seed]);
    if (!player) { tell(M.trouble); dialog.dataset.failed = M.trouble; return; }
    call('set_dark', null, ['number', 'number'], [player, dark() ? 1 : 0]);
    var left = call('departure', 'number'), title = call('title', 'string');
    call('seek', null, ['number', 'number'], [player, asks.at >= 0 ? asks.at : left > 8 ? left - 8 : 0]);
    tell('');
    dialog.dataset.hash = call('hash', 'string');
    dialog.dataset.duration = call('duration', 'number');
    dialog.tabs = 0; dialog.cars = call('cars', 'number');
    dialog.setAttribute('aria-label', title);
    name.textContent = title + ' \u2013 hash ' + dialog.dataset.hash;
    canvas.setAttribute('aria-label', title + '. Space plays and pauses, the arrows go back and forward, N goes to the next departure, H shows all keys, Escape closes.');
    canvas.focus();
    dirty = true; before = performance.now();
    requestAnimationFrame(frame);
  }
  function play(asks) {
    if (!dialog) build();
    if (player) { call('close', null); player = 0; }
    delete dialog.dataset.hash; delete dialog.dataset.failed;
    back = document.activeElement;
    if (!dialog.open) dialog.showModal();
    canvas.focus();
    tell('Driving ' + asks.episode + ' again \u2026');
    asked = asks;
    // A frame first, so that the words are seen.
    requestAnimationFrame(function () {
      setTimeout(function () {
        load().then(function () { if (asked === asks) start(asks); }).catch(function (why) { tell('The player does not start: ' + why); });
      }, 0);
    });
  }
  function close() {
    asked = null;
    if (document.fullscreenElement) document.exitFullscreen();
    dialog.close();
    if (player) call('close', null);
    player = 0;
    if (location.hash.indexOf('#play=') === 0) history.replaceState(null, '', location.pathname + location.search + '#watch');
    if (back && back.focus) back.focus();
  }
  // "ROAD:START", then what differs from the page's own: ;training=2;seed=7;t=12.5
  function parse(text) {
    var parts = text.split(';'), asks = { episode: parts[0], training: 1, seed: -1, at: -1 };
    for (var i = 1; i < parts.length; i++) {
      var pair = parts[i].split('='), value = Number(pair[1]);
      if (!(value >= 0)) continue;
      if (pair[0] === 'training') asks.training = value;
      if (pair[0] === 'seed') asks.seed = value;
      if (pair[0] === 't') asks.at = value;
    }
    return asks;
  }
  function follow() {
    if (location.hash.indexOf('#play=') === 0) play(parse(decodeURIComponent(location.hash.slice(6))));
    else if (dialog && dialog.open) close();
  }
  function open(text) {
    var hash = '#play=' + encodeURIComponent(text).replace(/%3A/g, ':').replace(/%3D/g, '=').replace(/%3B/g, ';').replace(/%20/g, '%20');
    if (location.hash === hash) follow(); else location.hash = hash;
  }

  document.addEventListener('click', function (event) {
    var on = event.target.closest && event.target.closest('[data-episode]');
    if (!on || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    open(on.getAttribute('data-episode'));
  });
  document.addEventListener('keydown', function (event) {
    var on = event.target;
    if ((event.key === 'Enter' || event.key === ' ') && on.hasAttribute && on.hasAttribute('data-episode') && on.tagName !== 'A') {
      event.preventDefault();
      open(on.getAttribute('data-episode'));
    }
  });
  var style = document.createElement('style');
  style.textContent = STYLE;
  document.head.appendChild(style);
  Array.prototype.forEach.call(document.querySelectorAll('[data-episode]'), function (on) {
    // A picture's dots are many, and within an image to a screen reader: what they play, the choice below plays too.
    if (on.tagName === 'A' || on.tagName === 'BUTTON' || on.ownerSVGElement) return;
    on.setAttribute('tabindex', '0');
    on.setAttribute('role', 'button');
  });
  // The section that needs this script, and its choice of any episode.
  var section = document.getElementById('watch'), form = document.getElementById('watch-any');
  if (section) section.hidden = false;
  if (form) form.addEventListener('submit', function (event) {
    event.preventDefault();
    open(form.elements.road.value + ':' + form.elements.start.value);
  });
  window.addEventListener('hashchange', follow);
  follow();
})();
