// app/web/drive_hands.js -- keys, mouse, game controllers and fingers, told to the driver (driver.h).
// Hands(canvas, pads, call): call(name, kinds, values) calls vg_web_drive_NAME where there is a driver; pads are the elements
// for fingers. `floats` gives the program's memory.
function Hands(canvas, pads, call, floats, units) {
  'use strict';
  var KEYS = { ' ': 'SPACE', ArrowLeft: 'LEFT', ArrowRight: 'RIGHT', ArrowUp: 'UP', ArrowDown: 'DOWN', Escape: 'ESCAPE', Enter: 'ENTER',
    Backspace: 'BACKSPACE', '+': 'PLUS', '-': 'MINUS', '=': 'EQUALS', '[': 'BRACKET_LEFT', ']': 'BRACKET_RIGHT', F1: 'F1', F11: 'F11',
    F12: 'F12' };
  // A browser's buttons of a standard controller, in SDL's order: A B X Y Back Guide Start, sticks, shoulders.
  var BUTTONS = [0, 1, 2, 3, 8, 16, 9, 10, 11, 4, 5];
  var TOUCH = 7, plugged = {}, fingers = { steer: null, brake: null, throttle: null }, touched = false, steering = 0;

  function name_of(event) { return KEYS[event.key] || (/^[a-z0-9]$/i.test(event.key) ? event.key.toUpperCase() : null); }
  // Whether the key is the driver's; else it is the page's. Tab is: it leads to the buttons.
  function key(event, down) {
    if (event.ctrlKey || event.altKey || event.metaKey) return false;
    var name = name_of(event), on_button = event.target.tagName === 'BUTTON';
    if (!name || (down && on_button && (event.key === ' ' || event.key === 'Enter'))) return false;
    call('key', ['string', 'number', 'number', 'number'], [name, down ? 1 : 0, event.repeat ? 1 : 0, event.shiftKey ? 1 : 0]);
    return true;
  }
  function tap(name) {
    call('key', ['string', 'number', 'number', 'number'], [name, 1, 0, 0]);
    call('key', ['string', 'number', 'number', 'number'], [name, 0, 0, 0]);
  }
  function mouse(event) {
    if (event.pointerType && event.pointerType !== 'mouse') return;
    var box = canvas.getBoundingClientRect(), unit = units(), b = event.buttons;
    call('mouse', ['number', 'number', 'number', 'number'], [(event.clientX - box.left) * unit, (event.clientY - box.top) * unit,
      (b & 1) | (b & 4) >> 1 | (b & 2) << 1, event.deltaY ? (event.deltaY < 0 ? 1 : -1) : 0]);
  }
  function wheel(event) {
    event.preventDefault();
    mouse(event);
  }

  // --- devices

  function tell(slot, name, controller, axes, buttons) {
    var at = call('plug', ['number', 'string', 'number', 'number'], [slot, name, controller, axes.length]);
    plugged[slot] = true;
    if (!at) return;
    floats().set(axes.slice(0, 16), at >> 2);
    call('buttons', ['number', 'number'], [slot, buttons]);
  }
  function controller(pad) {
    var value = function (i) { return pad.buttons[i] ? pad.buttons[i].value : 0; }, bits = 0;
    BUTTONS.forEach(function (from, to) { if (pad.buttons[from] && pad.buttons[from].pressed) bits |= 1 << to; });
    tell(pad.index, pad.id, 1, [0, 1, 2, 3].map(function (i) { return pad.axes[i] || 0; }).concat(value(6), value(7)), bits);
  }
  function wheel_device(pad) {
    var bits = 0;
    pad.buttons.forEach(function (button, i) { if (i < 32 && button.pressed) bits |= 1 << i; });
    tell(pad.index, pad.id, 0, Array.prototype.slice.call(pad.axes), bits);
  }
  // Once a frame.
  function look() {
    var there = {};
    Array.prototype.forEach.call(navigator.getGamepads ? navigator.getGamepads() : [], function (pad) {
      if (!pad || !pad.connected || pad.index >= TOUCH) return;
      there[pad.index] = true;
      if (pad.mapping === 'standard') controller(pad); else wheel_device(pad);
    });
    if (touched) {
      there[TOUCH] = true;
      tell(TOUCH, 'touch screen', 1, [steering, 0, 0, 0, fingers.brake === null ? 0 : 1, fingers.throttle === null ? 0 : 1], 0);
    }
    Object.keys(plugged).forEach(function (slot) {
      if (there[slot]) return;
      call('plug', ['number', 'string', 'number', 'number'], [Number(slot), '', 0, 0]);
      delete plugged[slot];
    });
  }

  // --- fingers

  function show_pads() {
    touched = true;
    Object.keys(pads).forEach(function (name) { pads[name].hidden = false; });
  }
  function steer_to(x) {
    steering = Math.max(-1, Math.min(1, x));
    pads.steer.firstChild.style.left = 50 + 45 * steering + '%';
  }
  function follow(name, event) {
    var box = pads.steer.getBoundingClientRect();
    if (name === 'steer') steer_to((event.clientX - box.left - box.width / 2) / (0.45 * box.width));
  }
  Object.keys(pads).forEach(function (name) {
    var pad = pads[name];
    pad.addEventListener('pointerdown', function (event) {
      event.preventDefault();
      try { pad.setPointerCapture(event.pointerId); } catch (why) { /* a finger that is gone */ }
      fingers[name] = event.pointerId;
      pad.classList.add('held');
      follow(name, event);
    });
    pad.addEventListener('pointermove', function (event) { if (fingers[name] === event.pointerId) follow(name, event); });
    function up(event) {
      if (fingers[name] !== event.pointerId) return;
      fingers[name] = null;
      pad.classList.remove('held');
      if (name === 'steer') steer_to(0);
    }
    pad.addEventListener('pointerup', up);
    pad.addEventListener('pointercancel', up);
  });
  canvas.addEventListener('pointerdown', function (event) { if (event.pointerType === 'touch') show_pads(); });
  ['pointerdown', 'pointermove', 'pointerup'].forEach(function (kind) { canvas.addEventListener(kind, mouse); });
  canvas.addEventListener('wheel', wheel, { passive: false });
  canvas.addEventListener('contextmenu', function (event) { event.preventDefault(); });
  if (matchMedia('(pointer: coarse)').matches) show_pads();

  // forget: another drive knows of no device yet.
  return { key: key, tap: tap, look: look, forget: function () { plugged = {}; },
    release: function () {
      Object.keys(fingers).forEach(function (name) { fingers[name] = null; pads[name].classList.remove('held'); });
      steer_to(0);
      call('release', [], []);
    } };
}
