// app/web/cairo.js -- the third back of the canvas: calls of Cairo (compat/cairo.h) and of letters (letters.h), answered by
// HTML canvases. A library for emscripten's linker.
//
// A surface over memory (create_for_data) is a canvas that the memory is copied to, and back at flush and destroy. The frame
// of a page (vg_web_frame) is copied to, but never back: its canvas is the one on the page, and a row that was drawn on stays.
var VergeCairo = {
  $VG: {
    things: [null], free: [], colours: {}, colourCount: 0, pool: [],
    frame: { at: 0, rows: 0, canvas: null, context: null },
    keep: function (thing) {
      var id = VG.free.length ? VG.free.pop() : VG.things.length;
      VG.things[id] = thing;
      return id;
    },
    drop: function (id) { VG.things[id] = null; VG.free.push(id); },
    canvas: function (width, height) {
      for (var i = 0; i < VG.pool.length; i++)
        if (VG.pool[i].canvas.width === width && VG.pool[i].canvas.height === height) return VG.pool.splice(i, 1)[0];
      var canvas = typeof OffscreenCanvas === 'undefined' ? document.createElement('canvas') : new OffscreenCanvas(width, height);
      canvas.width = width; canvas.height = height;
      return { canvas: canvas, context: canvas.getContext('2d', { willReadFrequently: true }) };
    },
    give: function (made) { if (VG.pool.length < 8) VG.pool.push(made); },
    // Cairo's words are 0xAARRGGBB, a canvas's bytes are R, G, B, A.
    upload: function (s, from) {
      var rows = s.height - from;
      if (rows <= 0) return;
      if (!s.image || s.image.height !== rows) s.image = s.context.createImageData(s.width, rows);
      var to = new Uint32Array(s.image.data.buffer), out = 0;
      for (var y = from; y < s.height; y++) {
        var at = (s.data + y * s.stride) >> 2;
        for (var x = 0; x < s.width; x++) {
          var p = HEAPU32[at + x];
          to[out++] = 0xff000000 | (p & 0xff00) | ((p & 0xff) << 16) | ((p >> 16) & 0xff);
        }
      }
      s.context.putImageData(s.image, 0, from);
    },
    download: function (s, data, opaque) {
      var from = new Uint32Array(s.context.getImageData(0, 0, s.width, s.height).data.buffer), i = 0;
      for (var y = 0; y < s.height; y++) {
        var at = (data + y * s.stride) >> 2;
        for (var x = 0; x < s.width; x++) {
          var p = from[i++], a = opaque ? 255 : p >>> 24, r = p & 255, g = p >> 8 & 255, b = p >> 16 & 255;
          if (a < 255) { r = (r * a / 255 + 0.5) | 0; g = (g * a / 255 + 0.5) | 0; b = (b * a / 255 + 0.5) | 0; }
          HEAPU32[at + x] = (a << 24 | r << 16 | g << 8 | b) >>> 0;
        }
      }
    },
    colour: function (r, g, b, a) {
      var key = (Math.round(r * 255) * 256 + Math.round(g * 255)) * 256 + Math.round(b * 255) + Math.round(a * 4095) * 16777216;
      var css = VG.colours[key];
      if (css === undefined) {
        css = 'rgba(' + Math.round(r * 255) + ',' + Math.round(g * 255) + ',' + Math.round(b * 255) + ',' + a + ')';
        if (++VG.colourCount > 4096) { VG.colours = {}; VG.colourCount = 0; }
        VG.colours[key] = css;
      }
      return css;
    },
    style: function (c) {
      var s = c.source;
      if (typeof s === 'string') return s;
      if (!s || !s.stops) return 'rgba(0,0,0,0)';
      var gradient = c.context.createLinearGradient(s.x0, s.y0, s.x1, s.y1);
      for (var i = 0; i < s.stops.length; i++) gradient.addColorStop(s.stops[i][0], s.stops[i][1]);
      return gradient;
    },
    clear: function (c) { c.context.beginPath(); c.moved = true; c.box = null; },
    paint: function (c, alpha) {
      var s = c.source, x = c.context;
      x.save();
      x.globalAlpha *= alpha;
      if (s && s.group) {
        x.setTransform(1, 0, 0, 1, 0, 0);
        x.drawImage(s.group.canvas, s.x, s.y);
        VG.give(s.group);
        c.source = 'rgba(0,0,0,1)';
      } else if (s && s.canvas) {
        x.drawImage(s.canvas, s.x, s.y);
      } else {
        x.setTransform(1, 0, 0, 1, 0, 0);
        x.fillStyle = VG.style(c);
        x.fillRect(0, 0, x.canvas.width, x.canvas.height);
      }
      x.restore();
    },
    font: function (size, bold) {
      return (bold ? 600 : 500) + ' ' + size + 'px Inter, "Helvetica Neue", Arial, "DejaVu Sans", sans-serif';
    }
  },

  // --- surfaces
  cairo_image_surface_create: function (format, width, height) {
    var made = VG.canvas(width, height);
    made.context.setTransform(1, 0, 0, 1, 0, 0);
    made.context.clearRect(0, 0, width, height);
    return VG.keep({ made: made, canvas: made.canvas, context: made.context, width: width, height: height, stride: width * 4,
      data: 0, own: 0, format: format });
  },
  cairo_image_surface_create_for_data: function (data, format, width, height, stride) {
    var frame = VG.frame, onto = frame.canvas && data === frame.at;
    var made = onto ? null : VG.canvas(width, height), from = onto ? frame : made;
    var s = { made: made, canvas: from.canvas, context: from.context, width: width, height: height, stride: stride, data: data,
      own: 0, format: format, frame: onto };
    s.context.setTransform(1, 0, 0, 1, 0, 0);
    VG.upload(s, onto ? Math.min(frame.rows, height) : 0);
    return VG.keep(s);
  },
  cairo_image_surface_get_data__deps: ['malloc'],
  cairo_image_surface_get_data: function (id) {
    var s = VG.things[id];
    if (!s.own) s.own = _malloc(s.stride * s.height);
    if (s.own) VG.download(s, s.own, false);
    return s.own;
  },
  cairo_image_surface_get_width: function (id) { return VG.things[id].width; },
  cairo_image_surface_get_height: function (id) { return VG.things[id].height; },
  cairo_image_surface_get_stride: function (id) { return VG.things[id].stride; },
  cairo_surface_flush: function (id) {
    var s = VG.things[id];
    if (s.frame) VG.frame.rows = Math.max(VG.frame.rows, s.height);
    else if (s.data) VG.download(s, s.data, true);
    s.flushed = true;
  },
  cairo_surface_mark_dirty: function (id) {
    var s = VG.things[id];
    if (s.data && !s.frame) VG.upload(s, 0);
    s.flushed = false;
  },
  cairo_surface_destroy__deps: ['cairo_surface_flush', 'free'],
  cairo_surface_destroy: function (id) {
    var s = VG.things[id];
    if (s.data && !s.flushed) _cairo_surface_flush(id);
    if (s.own) _free(s.own);
    if (s.made) VG.give(s.made);
    VG.drop(id);
  },

  // --- contexts
  cairo_create: function (id) {
    var s = VG.things[id], x = s.context;
    s.flushed = false;
    x.save();
    x.setTransform(1, 0, 0, 1, 0, 0);
    x.globalAlpha = 1; x.lineWidth = 2; x.lineCap = 'butt'; x.lineJoin = 'miter'; x.miterLimit = 10;
    x.setLineDash([]);
    x.beginPath();
    return VG.keep({ context: x, source: 'rgba(0,0,0,1)', sources: [], groups: [], moved: true, box: null, clip: null });
  },
  cairo_destroy: function (id) { VG.things[id].context.restore(); VG.drop(id); },
  cairo_status: function (id) { return 0; },
  cairo_save: function (id) { var c = VG.things[id]; c.sources.push([c.source, c.clip]); c.context.save(); },
  cairo_restore: function (id) {
    var c = VG.things[id], kept = c.sources.pop();
    c.source = kept[0]; c.clip = kept[1];
    c.context.restore();
  },
  cairo_translate: function (id, x, y) { VG.things[id].context.translate(x, y); },
  cairo_scale: function (id, x, y) { VG.things[id].context.scale(x, y); },
  cairo_rotate: function (id, angle) { VG.things[id].context.rotate(angle); },

  // --- paths
  cairo_new_path: function (id) { VG.clear(VG.things[id]); },
  cairo_new_sub_path: function (id) { VG.things[id].moved = true; },
  cairo_close_path: function (id) { VG.things[id].context.closePath(); },
  cairo_move_to: function (id, x, y) { var c = VG.things[id]; c.context.moveTo(x, y); c.moved = false; },
  cairo_line_to: function (id, x, y) { var c = VG.things[id]; c.context.lineTo(x, y); c.moved = false; },
  cairo_curve_to: function (id, a, b, d, e, x, y) { VG.things[id].context.bezierCurveTo(a, b, d, e, x, y); },
  cairo_rectangle: function (id, x, y, width, height) {
    var c = VG.things[id];
    c.context.rect(x, y, width, height);
    c.box = [x, y, width, height];
  },
  cairo_arc: function (id, x, y, radius, from, to) {
    var c = VG.things[id];
    if (c.moved) c.context.moveTo(x + radius * Math.cos(from), y + radius * Math.sin(from));
    c.moved = false;
    while (to < from) to += 2 * Math.PI;
    c.context.arc(x, y, Math.max(radius, 0), from, to);
  },
  cairo_clip: function (id) {
    var c = VG.things[id], b = c.box;
    c.context.clip();
    if (b) { // the clip's box on the surface, so that a group need not be larger
      var m = c.context.getTransform(), xs = [], ys = [];
      for (var i = 0; i < 4; i++) {
        var x = b[0] + (i & 1 ? b[2] : 0), y = b[1] + (i & 2 ? b[3] : 0);
        xs.push(m.a * x + m.c * y + m.e); ys.push(m.b * x + m.d * y + m.f);
      }
      c.clip = [Math.min.apply(null, xs), Math.min.apply(null, ys), Math.max.apply(null, xs), Math.max.apply(null, ys)];
    }
    VG.clear(c);
  },

  // --- sources
  cairo_set_source_rgba: function (id, r, g, b, a) { VG.things[id].source = VG.colour(r, g, b, a); },
  cairo_set_source: function (id, pattern) { VG.things[id].source = VG.things[pattern]; },
  cairo_set_source_surface: function (id, surface, x, y) { VG.things[id].source = { canvas: VG.things[surface].canvas, x: x, y: y }; },
  cairo_pattern_create_linear: function (x0, y0, x1, y1) { return VG.keep({ x0: x0, y0: y0, x1: x1, y1: y1, stops: [] }); },
  cairo_pattern_add_color_stop_rgba: function (id, at, r, g, b, a) { VG.things[id].stops.push([at, VG.colour(r, g, b, a)]); },
  cairo_pattern_destroy: function (id) { VG.drop(id); },

  // --- painting
  cairo_set_line_width: function (id, width) { VG.things[id].context.lineWidth = width; },
  cairo_set_line_cap: function (id, cap) { VG.things[id].context.lineCap = ['butt', 'round', 'square'][cap]; },
  cairo_set_line_join: function (id, join) { VG.things[id].context.lineJoin = ['miter', 'round', 'bevel'][join]; },
  cairo_set_dash: function (id, dashes, count, offset) {
    var list = [];
    for (var i = 0; i < count; i++) list.push(HEAPF64[(dashes >> 3) + i]);
    VG.things[id].context.setLineDash(list);
    VG.things[id].context.lineDashOffset = offset;
  },
  cairo_set_antialias: function (id, antialias) { },
  cairo_fill_preserve: function (id) { var c = VG.things[id]; c.context.fillStyle = VG.style(c); c.context.fill(); },
  cairo_fill: function (id) { var c = VG.things[id]; c.context.fillStyle = VG.style(c); c.context.fill(); VG.clear(c); },
  cairo_stroke: function (id) { var c = VG.things[id]; c.context.strokeStyle = VG.style(c); c.context.stroke(); VG.clear(c); },
  cairo_paint: function (id) { VG.paint(VG.things[id], 1); },
  cairo_paint_with_alpha: function (id, alpha) { VG.paint(VG.things[id], alpha); },
  cairo_push_group: function (id) {
    var c = VG.things[id], on = c.context.canvas, b = c.clip || [0, 0, on.width, on.height];
    var x = Math.max(0, Math.floor(b[0])), y = Math.max(0, Math.floor(b[1]));
    // Sizes in steps, so that the same few canvases serve.
    var width = Math.max(1, Math.min(on.width, Math.ceil(b[2])) - x), height = Math.max(1, Math.min(on.height, Math.ceil(b[3])) - y);
    var made = VG.canvas(Math.ceil(width / 64) * 64, Math.ceil(height / 64) * 64), to = made.context, m = c.context.getTransform();
    c.groups.push([c.context, made, x, y]);
    to.setTransform(1, 0, 0, 1, 0, 0);
    to.clearRect(0, 0, made.canvas.width, made.canvas.height);
    to.setTransform(m.a, m.b, m.c, m.d, m.e - x, m.f - y);
    to.lineWidth = c.context.lineWidth; to.lineCap = c.context.lineCap; to.lineJoin = c.context.lineJoin; to.miterLimit = 10;
    to.setLineDash([]);
    c.context = to;
    c.sources.push([c.source, c.clip]);
    VG.clear(c);
  },
  cairo_pop_group_to_source: function (id) {
    var c = VG.things[id], group = c.groups.pop(), kept = c.sources.pop();
    c.clip = kept[1];
    c.context = group[0];
    c.source = { group: group[1], x: group[2], y: group[3] };
    VG.clear(c);
  },

  // --- letters
  vg_web_text_width: function (id, text, size, bold) {
    var x = VG.things[id].context;
    x.font = VG.font(size, bold);
    return x.measureText(UTF8ToString(text)).width;
  },
  vg_web_text: function (id, x, y, text, size, bold, halo) {
    var c = VG.things[id], letters = UTF8ToString(text);
    c.context.font = VG.font(size, bold);
    if (halo) c.context.strokeStyle = VG.style(c), c.context.strokeText(letters, x, y);
    else c.context.fillStyle = VG.style(c), c.context.fillText(letters, x, y);
  },

  // --- the page's frame
  vg_web_frame: function (pixels) {
    VG.frame.at = pixels;
    VG.frame.rows = 0;
    VG.frame.canvas = Module['canvas'];
    if (!VG.frame.context || VG.frame.context.canvas !== Module['canvas'])
      VG.frame.context = Module['canvas'] ? Module['canvas'].getContext('2d', { alpha: false }) : null;
  }
};
autoAddDeps(VergeCairo, '$VG');
mergeInto(LibraryManager.library, VergeCairo);
