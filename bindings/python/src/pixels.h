// bindings/python/src/pixels.h -- pictures of app/scene as Python's arrays.
#ifndef VG_BINDINGS_PYTHON_PIXELS_H
#define VG_BINDINGS_PYTHON_PIXELS_H

#include "bindings/python/src/binding.h"

// A caller's array, uint8 [height][width][3], C-contiguous, 16 to 16384 a side. Raises TypeError or
// ValueError and returns false; else the view is to be released.
bool vgp_pixels_take(PyObject *object, Py_buffer *view);

// 0xffRRGGBB words, [count], as bytes [count][3].
void vgp_pixels_rgb(const uint32_t *pixels, int64_t count, uint8_t *out);

#endif
