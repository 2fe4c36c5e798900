// app/web/fit.js -- how many pixels a canvas has, and how large a unit is: those of the screen, but fewer where frames take long,
// as without a graphics card on a large screen: a frame that comes late shows a car that is elsewhere.
//
// Fit(canvas, grows): grows: a unit is larger on a screen beyond 1920 x 1080 (the display of a drive grows by itself). fit(now, anew) before each frame, anew where time
// passed without frames; gives whether the size changed. fit.scale: pixels a unit.
function Fit(canvas, grows) {
  'use strict';
  var quality = 1, since = 0, counted = 0, easy = 0;
  function ease(now, anew) {
    if (anew) { since = now; counted = 0; return; }
    if (++counted < 3 || (counted < 20 && now - since < 600)) return;
    var each = (now - since) / counted;
    since = now; counted = 0;
    if (each > 45) quality = Math.max(0.3, quality * Math.max(0.5, Math.sqrt(30 / each)));
    else if (each < 18 && quality < 1 && ++easy >= 20) { quality = Math.min(1, quality / 0.75); easy = 0; }
  }
  function fit(now, anew) {
    ease(now, anew);
    var wide = canvas.clientWidth, high = canvas.clientHeight, most = Math.min(window.devicePixelRatio || 1, 3, Math.sqrt(8.3e6 / (wide * high)));
    var ratio = Math.min(most, Math.max(most * quality, Math.sqrt(4e5 / (wide * high))));
    var width = Math.max(240, Math.round(wide * ratio)), height = Math.max(160, Math.round(high * ratio));
    var unit = grows ? Math.max(1, Math.min(wide / 1920, high / 1080)) : 1;
    fit.scale = Math.max(0.5, Math.min(ratio * unit, width / 480, height / fit.least));
    if (canvas.width === width && canvas.height === height) return false;
    canvas.width = width; canvas.height = height;
    return true;
  }
  fit.scale = 1;
  fit.least = 320; // units that the height has at least
  return fit;
}
