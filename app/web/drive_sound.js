// app/web/drive_sound.js -- plays the program's sound: Sound(samples), where samples(rate, count) gives the next ones. A page may
// make a sound once its user did something, so start() is called by a click or a key.
function Sound(samples) {
  'use strict';
  var AHEAD = 0.15, PIECE = 0.05, context = null, next = 0, muted = Store.setting('mute') === 'yes';
  function start() {
    if (muted) return;
    try {
      context = context || new (window.AudioContext || window.webkitAudioContext)();
      context.resume().catch(function () {});
    } catch (why) { context = null; }
  }
  // Once a frame: what will be heard until some frames from now.
  function play() {
    if (!context || muted || context.state !== 'running') return;
    var now = context.currentTime, rate = context.sampleRate, count = Math.round(rate * PIECE);
    if (next < now) next = now + 0.02;
    for (; next < now + AHEAD; next += count / rate) {
      var buffer = context.createBuffer(1, count, rate), source = context.createBufferSource();
      buffer.copyToChannel(samples(rate, count), 0);
      source.buffer = buffer;
      source.connect(context.destination);
      source.start(next);
    }
  }
  function stop() { if (context) context.suspend().catch(function () {}); }
  function mute() {
    muted = !muted;
    Store.set('mute', muted ? 'yes' : 'no');
    if (muted) stop(); else start();
    return muted;
  }
  return { start: start, play: play, stop: stop, mute: mute, muted: function () { return muted; },
    state: function () { return context ? context.state : 'none'; } };
}
