// app/web/drive_store.js -- drives kept in the browser. What was driven in a frame goes into the local storage at once,
// which a closed tab cannot lose, and once a second from there into the database, which has room for hours.
//
// A drive is a head (what drives where, with its files) and chunks of its journal, numbered from 0 on: in the local storage
// those of a frame each, in the database of a second, which go from `first` to `last`. A chunk may be in both for a moment.
var Store = (function () {
  'use strict';
  var MARK = 'verge-drive:', opened = null, locked = {};

  function database() { // null where there is none
    if (!opened) opened = new Promise(function (done) {
      try {
        var request = indexedDB.open('verge-drive', 1);
        request.onupgradeneeded = function () {
          request.result.createObjectStore('drives', { keyPath: 'id' });
          request.result.createObjectStore('chunks', { keyPath: ['id', 'first'] });
        };
        request.onsuccess = function () { done(request.result); };
        request.onerror = function () { done(null); };
      } catch (why) { done(null); }
    });
    return opened;
  }
  // Runs act(stores) in one transaction. Gives what act returned once all is on disk; fails where there is no database.
  function transact(mode, act) {
    return database().then(function (db) {
      return new Promise(function (done, fail) {
        if (!db) return fail(new Error('no database'));
        var within = db.transaction(['drives', 'chunks'], mode, { durability: 'strict' }), result;
        within.oncomplete = function () { done(result && result.result !== undefined ? result.result : result); };
        within.onerror = within.onabort = function () { fail(within.error || new Error('not written')); };
        result = act(within.objectStore('drives'), within.objectStore('chunks'));
        if (within.commit && mode === 'readwrite') within.commit();
      });
    });
  }
  function span(id) { return IDBKeyRange.bound([id], [id, Infinity]); }

  // --- the local storage

  function local_set(key, text) { try { localStorage.setItem(MARK + key, text); return true; } catch (why) { return false; } }
  function local_remove(key) { try { localStorage.removeItem(MARK + key); } catch (why) { /* there is none */ } }
  function local_keys() {
    var keys = [];
    try {
      for (var i = 0; i < localStorage.length; i++)
        if (localStorage.key(i).indexOf(MARK) === 0) keys.push(localStorage.key(i).slice(MARK.length));
    } catch (why) { /* there is none */ }
    return keys;
  }
  function to_text(bytes) {
    var text = '';
    for (var i = 0; i < bytes.length; i += 4096) text += String.fromCharCode.apply(null, bytes.subarray(i, i + 4096));
    return btoa(text);
  }
  function to_bytes(text) {
    var raw = atob(text), bytes = new Uint8Array(raw.length);
    for (var i = 0; i < raw.length; i++) bytes[i] = raw.charCodeAt(i);
    return bytes;
  }
  function join(parts) {
    var size = 0, at = 0;
    parts.forEach(function (part) { size += part.length; });
    var all = new Uint8Array(size);
    parts.forEach(function (part) { all.set(part, at); at += part.length; });
    return all;
  }
  // The chunks of a drive that are there, in order: {first, ticks, bytes}.
  function local_chunks(id) {
    return local_keys().filter(function (key) { return key.indexOf(id + ':') === 0 && /:\d+$/.test(key); }).map(function (key) {
      var parts = localStorage.getItem(MARK + key).split(' ');
      return { first: Number(key.slice(id.length + 1)), ticks: Number(parts[0]), bytes: to_bytes(parts[1]) };
    }).sort(function (a, b) { return a.first - b.first; });
  }

  // --- heads

  function begin(head) {
    return transact('readwrite', function (drives) { drives.put(head); }).catch(function () {
      var files = head.files.map(function (file) { return { path: file.path, text: to_text(file.bytes) }; });
      if (!local_set(head.id + ':head', JSON.stringify(Object.assign({}, head, { files: files }))))
        throw new Error('this browser keeps nothing for this page');
    });
  }
  function local_heads() {
    return local_keys().filter(function (key) { return /:head$/.test(key); }).map(function (key) {
      var head = JSON.parse(localStorage.getItem(MARK + key));
      head.files = head.files.map(function (file) { return { path: file.path, bytes: to_bytes(file.text) }; });
      return head;
    });
  }
  // All drives, the latest first, each with its ticks.
  function list() {
    return transact('readonly', function (drives) { return drives.getAll(); }).catch(function () { return []; }).then(function (heads) {
      return Promise.all(heads.concat(local_heads()).map(function (head) {
        return last(head.id).then(function (ticks) { return Object.assign({ ticks: ticks }, head); });
      }));
    }).then(function (heads) { return heads.sort(function (a, b) { return b.when - a.when; }); });
  }
  function last(id) {
    var tail = local_chunks(id), here = tail.length ? tail[tail.length - 1].ticks : 0;
    return transact('readonly', function (drives, chunks) { return chunks.openCursor(span(id), 'prev'); }).then(function (cursor) {
      return Math.max(here, cursor && cursor.value ? cursor.value.ticks : 0);
    }).catch(function () { return here; });
  }
  // Its journal, the number of the next chunk, and the chunks that are not in the database yet.
  function read(id) {
    return transact('readonly', function (drives, chunks) { return chunks.getAll(span(id)); }).catch(function () { return []; })
      .then(function (chunks) {
        var next = 0, parts = [], waiting = [];
        chunks.concat(local_chunks(id)).sort(function (a, b) { return a.first - b.first; }).forEach(function (chunk) {
          var there = chunk.last !== undefined;
          if (chunk.first < next && !there) local_remove(id + ':' + chunk.first); // it is in the database, too
          if (chunk.first !== next) return;
          parts.push(chunk.bytes);
          if (!there) waiting.push({ n: chunk.first, bytes: chunk.bytes, ticks: chunk.ticks, here: true });
          next = (there ? chunk.last : chunk.first) + 1;
        });
        return { bytes: join(parts), next: next, waiting: waiting };
      });
  }
  function remove(id) {
    local_keys().forEach(function (key) { if (key.indexOf(id + ':') === 0) local_remove(key); });
    return transact('readwrite', function (drives, chunks) { drives.delete(id); chunks.delete(span(id)); }).catch(function () {});
  }

  // --- a drive under way

  function Keeper(id, next, waiting) {
    this.id = id; this.next = next; this.waiting = waiting; this.busy = null; this.then = 0;
    this.safe = this.synced = 0; this.trouble = '';
  }
  Keeper.prototype.keep = function (bytes, ticks, now) {
    var chunk = { n: this.next++, bytes: bytes, ticks: ticks };
    chunk.here = local_set(this.id + ':' + chunk.n, ticks + ' ' + to_text(bytes));
    this.waiting.push(chunk);
    if (chunk.here && this.waiting.every(function (c) { return c.here; })) this.safe = ticks;
    if (!chunk.here || now - this.then >= 1000) { this.then = now; this.flush(); }
  };
  // What waits, into the database. Gives a promise of all that waited.
  Keeper.prototype.flush = function () {
    var self = this, take = this.waiting.slice();
    if (this.busy || !take.length) return this.busy || Promise.resolve();
    var end = take[take.length - 1], record = { id: this.id, first: take[0].n, last: end.n, ticks: end.ticks,
      bytes: join(take.map(function (chunk) { return chunk.bytes; })) };
    this.busy = transact('readwrite', function (drives, chunks) { chunks.put(record); }).then(function () {
      take.forEach(function (chunk) { if (chunk.here) local_remove(self.id + ':' + chunk.n); });
      self.waiting.splice(0, take.length);
      self.synced = end.ticks;
      self.safe = Math.max(self.safe, self.synced);
      self.trouble = '';
    }).catch(function () {
      if (!take.every(function (chunk) { return chunk.here; }))
        self.trouble = 'This browser keeps no more of the drive: save the log before you close the page.';
    }).then(function () { self.busy = null; });
    return this.busy;
  };

  // --- which tab has it: a drive under way is not offered in another

  function hold(id) {
    if (!navigator.locks) return;
    navigator.locks.request(MARK + id, function () { return new Promise(function (done) { locked[id] = done; }); }).catch(function () {});
  }
  function release(id) { if (locked[id]) locked[id](); delete locked[id]; }
  function held() {
    if (!navigator.locks) return Promise.resolve({});
    return navigator.locks.query().then(function (all) {
      var ids = {};
      all.held.forEach(function (lock) { ids[lock.name.slice(MARK.length)] = true; });
      return ids;
    }).catch(function () { return {}; });
  }

  // --- wheels, by the names of their files

  function wheels() {
    return local_keys().filter(function (key) { return key.indexOf('wheel:') === 0; }).map(function (key) {
      return { name: key.slice(6), text: localStorage.getItem(MARK + key) };
    });
  }
  function keep_wheel(name, text) { local_set('wheel:' + name, text); }

  function setting(name) { try { return localStorage.getItem(MARK + 'set:' + name); } catch (why) { return null; } }
  function set(name, value) { local_set('set:' + name, value); }

  return { setting: setting, set: set, wheels: wheels, keep_wheel: keep_wheel, begin: begin, list: list, read: read, remove: remove, Keeper: Keeper, hold: hold, release: release, held: held };
})();
