// app/web/drive.js -- the page to drive in: what to drive, the drive, its end. drive_store.js keeps it, drive_hands.js
// reads the hands, fit.js sizes the canvas; the program (VergeModule, VERGE_WASM, driver.h) does all else. pack_drive.js puts them together.
(function () {
  'use strict';
  var FORMAT = 1, HOME = '/drive', WHEELS = '/home/web_user/.config/verge/wheels', M = null, driver = 0, head = null, keeper = null, hands = null, sound = null, at = 0, running = false, anew = 1, frames = 0;
  var files = {}, offers = null, canvas = by('canvas'), fit = Fit(canvas, false);

  function by(id) { return document.getElementById(id); }
  function call(name, kind, kinds, values) {
    if (!driver) return 0;
    return M.ccall('vg_web_drive_' + name, kind, ['number'].concat(kinds || []), [driver].concat(values || []));
  }
  function show(part) {
    ['start', 'drive', 'over'].forEach(function (id) { by(id).hidden = id !== part; });
    window.scrollTo(0, 0);
  }
  function say(text, bad) {
    by('says').textContent = text;
    by('says').className = bad ? 'trouble' : '';
  }
  function tell(text) { by('tells').textContent = text; by('tells').hidden = !text; }

  // --- the program

  function unpack(text) {
    var raw = atob(text), bytes = new Uint8Array(raw.length);
    for (var i = 0; i < raw.length; i++) bytes[i] = raw.charCodeAt(i);
    return bytes;
  }
  function load() {
    var stream = new Blob([unpack(VERGE_WASM)]).stream().pipeThrough(new DecompressionStream('gzip'));
    return new Response(stream).arrayBuffer().then(function (wasm) {
      return VergeModule({ wasmBinary: new Uint8Array(wasm), canvas: canvas, fullscreen: fullscreen, picture: picture });
    }).then(function (made) {
      M = made;
      M.FS.mkdirTree(HOME + '/own');
      M.FS.chdir(HOME);
      M.FS.mkdirTree(WHEELS);
      Store.wheels().forEach(function (wheel) { M.FS.writeFile(WHEELS + '/' + wheel.name, wheel.text); });
      VERGE_FILES.forEach(function (file) { lay(file.path, unpack(file.base64)); });
    });
  }
  // What was calibrated, for the next time.
  function keep_wheels() {
    M.FS.readdir(WHEELS).forEach(function (name) {
      if (/\.yaml$/.test(name)) Store.keep_wheel(name, M.FS.readFile(WHEELS + '/' + name, { encoding: 'utf8' }));
    });
  }
  function lay(path, bytes) { files[path] = bytes; M.FS.writeFile(HOME + '/' + path, bytes); }
  function fullscreen(on) {
    if (on) by('drive').requestFullscreen(); else document.exitFullscreen();
  }
  function hand_out(blob, name) {
    var link = document.createElement('a');
    link.href = URL.createObjectURL(blob); link.download = name; link.click();
    setTimeout(function () { URL.revokeObjectURL(link.href); }, 10000);
  }
  function picture() { setTimeout(function () { canvas.toBlob(function (blob) { hand_out(blob, 'drive.png'); }); }, 0); }

  // --- what to drive

  function option(name, label) {
    var made = document.createElement('option');
    made.value = name; made.textContent = label;
    return made;
  }
  function fill(id, entries, chosen) {
    var list = by(id);
    list.textContent = '';
    entries.forEach(function (entry) { list.appendChild(option(entry.name, entry.label)); });
    list.value = chosen;
    list.onchange = function () { facts(id, entries); };
    facts(id, entries);
  }
  function facts(id, entries) {
    var found = entries.filter(function (entry) { return entry.name === by(id).value; })[0];
    by(id + '-facts').textContent = found ? found.facts.filter(Boolean).join('; ').replace(',;', ',') : 'a file of yours';
  }
  function fill_all() {
    var text = M.ccall('vg_web_offers', 'number');
    if (!text) throw new Error(M.trouble);
    offers = JSON.parse(M.UTF8ToString(text));
    M._free(text);
    var nobody = [{ name: '', label: 'nobody', facts: ['You are alone on the road.'] }];
    fill('road', offers.roads, asked('road') || 'train-1');
    fill('car', offers.cars, asked('car') || '');
    fill('policy', offers.policies, asked('policy') || '');
    var still = [{ name: '', label: 'none: still air', facts: ['Nothing disturbs the car.'] }];
    fill('suite', still.concat(offers.suites), asked('suite') || '');
    fill('race', nobody.concat(offers.policies.slice(1)), asked('race') || '');
  }
  // index.html#road=hairpins&car=kart picks.
  function asked(name) { return new URLSearchParams(location.hash.slice(1)).get(name); }
  function own_file(id, lists) {
    by(id + '-file').onchange = function (event) {
      var file = event.target.files[0];
      if (!file) return;
      file.arrayBuffer().then(function (buffer) {
        var path = 'own/' + file.name.replace(/[^A-Za-z0-9._-]/g, '_');
        lay(path, new Uint8Array(buffer));
        lists.forEach(function (list) {
          if (![].some.call(by(list).options, function (o) { return o.value === path; })) by(list).appendChild(option(path, file.name));
        });
        by(lists[0]).value = path;
        by(lists[0]).onchange();
      });
    };
  }

  // --- drives that were kept

  function words(ticks) {
    var s = Math.floor(ticks / 60);
    return Math.floor(s / 60) + ':' + ('0' + s % 60).slice(-2);
  }
  function stamp(when) {
    var d = new Date(when), two = function (n) { return ('0' + n).slice(-2); };
    return d.getFullYear() + two(d.getMonth() + 1) + two(d.getDate()) + '-' + two(d.getHours()) + two(d.getMinutes()) + two(d.getSeconds());
  }
  function last_part(path) { return path.replace(/.*\//, ''); }
  function title(of) {
    return [last_part(of.road), of.car && last_part(of.car), of.policy && last_part(of.policy), of.race && 'against ' + last_part(of.race),
      of.suite && 'disturbance: ' + of.suite]
      .filter(Boolean).join(', ');
  }
  function button(text, label, act) {
    var made = document.createElement('button');
    made.type = 'button'; made.textContent = text;
    made.setAttribute('aria-label', text + ': ' + label);
    made.onclick = function () { act(made); };
    return made;
  }
  function list_drives() {
    return Promise.all([Store.list(), Store.held()]).then(function (both) {
      var drives = by('drives');
      drives.textContent = '';
      by('kept').hidden = !both[0].length;
      both[0].forEach(function (of) {
        var row = document.createElement('li'), text = document.createElement('span');
        var label = title(of) + ', ' + words(of.ticks) + ' of driving, ' + new Date(of.when).toLocaleString();
        text.textContent = label;
        row.dataset.id = of.id; row.dataset.ticks = of.ticks;
        row.appendChild(text);
        if (both[1][of.id]) text.textContent += ' (open in another tab)';
        else {
          row.appendChild(button('Drive on', label, function () { go_on(of, false); }));
          row.appendChild(button('Save', label, function () { go_on(of, true); }));
          row.appendChild(button('Delete', label, function (made) {
            if (made.dataset.sure) return Store.remove(of.id).then(list_drives);
            made.dataset.sure = 1; made.textContent = 'Delete for good';
          }));
        }
        drives.appendChild(row);
      });
    });
  }

  // --- the drive

  function open(kept) {
    var room = kept.length ? M._malloc(kept.length) : 0;
    if (kept.length) M.HEAPU8.set(kept, room);
    driver = M.ccall('vg_web_drive', 'number', ['string', 'string', 'string', 'string', 'string', 'number', 'number', 'number'],
      [head.road, head.car, head.policy, head.race, head.suite, head.seed, room, kept.length]);
    if (room) M._free(room);
    return driver !== 0;
  }
  function close() {
    running = false;
    if (driver) M.ccall('vg_web_drive_close', null, ['number'], [driver]);
    driver = 0;
    if (head) Store.release(head.id);
  }
  function drive() {
    var name = title(head);
    by('title').textContent = name;
    by('hand').hidden = !head.policy;
    tell('');
    show('drive');
    running = true; anew = 1;
    hands.forget();
    sound.start();
    canvas.focus();
    requestAnimationFrame(frame);
  }
  function begin(event) {
    event.preventDefault();
    if (!M) return;
    var now = Date.now();
    head = { id: now.toString(36) + Math.floor(Math.random() * 1e9).toString(36), format: FORMAT, when: now, seed: now % 4294967296,
      road: by('road').value, car: by('car').value, policy: by('policy').value, race: by('race').value, suite: by('suite').value,
      files: [] };
    ['road', 'car', 'policy', 'race'].forEach(function (what) {
      var path = head[what];
      if (files[path] && !head.files.some(function (file) { return file.path === path; })) head.files.push({ path: path, bytes: files[path] });
    });
    if (!open(new Uint8Array(0))) return say(M.trouble, true);
    by('go').disabled = true;
    Store.begin(head).catch(function (why) { return String(why.message || why); }).then(function (trouble) {
      by('go').disabled = false;
      Store.hold(head.id);
      keeper = new Store.Keeper(head.id, 0, []);
      at = 0;
      drive();
      if (trouble) tell('Not kept: ' + trouble + '. Save the log before you close the page.');
    });
  }
  // Drives a kept drive again, to its end: to go on from there, or to save it.
  function go_on(of, only_save) {
    if (of.format !== FORMAT) return say('Another version of the page kept this drive: open it there.', true);
    say('Driving ' + words(of.ticks) + ' again …');
    Store.read(of.id).then(function (kept) {
      close();
      head = of;
      head.files.forEach(function (file) { lay(file.path, file.bytes); });
      if (!open(kept.bytes)) return say(M.trouble, true);
      at = call('size', 'number');
      var stale = call('stale', 'number') || at < kept.bytes.length;
      if (only_save || stale) {
        var name = save();
        close();
        say(!name ? M.trouble : stale ? 'This version of the page drives it otherwise, so the drive cannot go on. It is saved as ' + name + '.' :
          'Saved as ' + name + '.', !name || stale);
        return;
      }
      Store.hold(head.id);
      keeper = new Store.Keeper(head.id, kept.next, kept.waiting);
      keeper.safe = keeper.synced = call('ticks', 'number');
      call('kept', null, ['number', 'number'], [keeper.safe, keeper.synced]);
      say('');
      drive();
    }).catch(function (why) { say(String(why.message || why), true); });
  }

  // What was driven since the last frame, to where a closed tab cannot lose it.
  function keep(now) {
    var size = call('size', 'number');
    if (size > at) {
      var from = call('bytes', 'number');
      keeper.keep(M.HEAPU8.slice(from + at, from + size), call('ticks', 'number'), now);
      at = size;
    } else if (now - keeper.then >= 1000) { keeper.then = now; keeper.flush(); }
    call('kept', null, ['number', 'number'], [keeper.safe, keeper.synced]);
    if (keeper.trouble) tell(keeper.trouble);
  }
  function frame(now) {
    if (!running) return;
    fit(now, anew);
    // What stands below the pads.
    by('view').style.setProperty('--display', 120 * fit.scale * canvas.clientWidth / canvas.width + 'px');
    hands.look();
    var code = call('frame', 'number', ['number', 'number', 'number', 'number'], [canvas.width, canvas.height, fit.scale, anew]);
    anew = 0;
    keep(now);
    sound.play();
    canvas.dataset.sound = sound.state();
    canvas.dataset.frames = ++frames;
    canvas.dataset.ticks = call('ticks', 'number');
    canvas.dataset.safe = keeper.safe;
    if (code) return end(code === 2 ? M.trouble : '');
    requestAnimationFrame(frame);
  }
  function now() { return JSON.parse(call('now', 'string')); }

  // --- the end

  function end(trouble) {
    running = false;
    if (document.fullscreenElement) document.exitFullscreen();
    hands.release();
    sound.stop();
    keeper.flush();
    keep_wheels();
    var view = now(), name = file_name();
    by('over-title').textContent = trouble ? 'The drive ended: ' + trouble : 'The drive is recorded';
    by('summary').textContent = title(head) + ': ' + words(keeper.safe) + ' of driving, ' + view.episodes +
      (view.episodes === 1 ? ' episode' : ' episodes') + ', ' + view.laps + (view.laps === 1 ? ' lap' : ' laps') + ' on the road' +
      (view.best ? ', the best ' + view.best.toFixed(2) + ' s' : '') + '. It is kept in this browser until you delete it.';
    by('more').hidden = !!trouble;
    by('saved').textContent = '';
    by('commands').textContent = 'verge replay ' + name + ' --verify\nverge train bc --logs ' + name + ' --out bc.safetensors';
    show('over');
    by('over-title').focus();
  }
  function file_name() { return 'drive-' + stamp(head.when) + '.vlog'; }
  // The log as a file. Gives its name; null: M.trouble says why not.
  function save() {
    if (!call('save', 'number', ['string'], [HOME + '/save.vlog'])) return null;
    hand_out(new Blob([M.FS.readFile(HOME + '/save.vlog')], { type: 'application/vnd.sqlite3' }), file_name());
    M.FS.unlink(HOME + '/save.vlog');
    return file_name();
  }
  function to_start() {
    var done = keeper ? keeper.flush() : Promise.resolve();
    close();
    say('');
    show('start');
    done.then(list_drives);
    by('go').focus();
  }

  // --- the page

  function wire() {
    fit.least = 480;
    hands = Hands(canvas, { steer: by('steer'), brake: by('brake'), throttle: by('throttle') },
      function (name, kinds, values) { return running ? call(name, 'number', kinds, values) : 0; },
      function () { return M.HEAPF32; }, function () { return canvas.width / canvas.clientWidth / fit.scale; });
    sound = Sound(function (rate, count) {
      var from = call('sound', 'number', ['number', 'number'], [rate, count]) >> 2;
      return M.HEAPF32.slice(from, from + count);
    });
    function show_mute() { by('mute').setAttribute('aria-pressed', sound.muted() ? 'true' : 'false'); }
    by('mute').onclick = function () { sound.mute(); show_mute(); canvas.focus(); };
    show_mute();
    by('choice').addEventListener('submit', begin);
    own_file('road', ['road']); own_file('car', ['car']); own_file('policy', ['policy', 'race']);
    document.addEventListener('keydown', function (event) { if (running && hands.key(event, true)) event.preventDefault(); });
    document.addEventListener('keyup', function (event) { if (running && hands.key(event, false)) event.preventDefault(); });
    Array.prototype.forEach.call(document.querySelectorAll('[data-key]'), function (made) {
      made.onclick = function () { hands.tap(made.dataset.key); canvas.focus(); };
    });
    by('save-now').onclick = function () {
      var name = save();
      tell(name ? 'Saved as ' + name : M.trouble);
      setTimeout(function () { tell(''); }, 4000);
      canvas.focus();
    };
    by('end').onclick = function () { end(''); };
    by('save').onclick = function () { var name = save(); by('saved').textContent = name ? 'Saved as ' + name + '.' : M.trouble; };
    by('more').onclick = drive;
    by('back').onclick = to_start;
    window.addEventListener('blur', function () { if (running) hands.release(); });
    document.addEventListener('visibilitychange', function () {
      anew = 1;
      if (running && document.hidden) { hands.release(); sound.stop(); keeper.flush(); keep_wheels(); }
      else if (running) sound.start();
    });
    window.addEventListener('pagehide', function () { if (keeper) { keeper.flush(); keep_wheels(); } });
  }

  load().then(function () {
    fill_all();
    wire();
    by('choice').hidden = false;
    say('');
    return list_drives();
  }).catch(function (why) { say('The page does not start: ' + (why.message || why), true); });
})();
