#include "bindings/python/src/pixels.h"

#include <string.h>

bool vgp_pixels_take(PyObject *object, Py_buffer *view) {
    if (!PyObject_CheckBuffer(object) ||
        PyObject_GetBuffer(object, view, PyBUF_C_CONTIGUOUS | PyBUF_FORMAT | PyBUF_WRITABLE)) {
        PyErr_Clear();
        PyErr_SetString(PyExc_TypeError, "pixels are no writable C-contiguous array");
        return false;
    }
    bool fits = view->ndim == 3 && view->format && strcmp(view->format, "B") == 0 && view->shape[2] == 3;
    for (int k = 0; fits && k < 2; k++) fits = view->shape[k] >= 16 && view->shape[k] <= 16384;
    if (fits) return true;
    PyErr_SetString(PyExc_ValueError,
                    "pixels are of another kind than uint8 [height][width][3] with 16 to 16384 a side");
    PyBuffer_Release(view);
    return false;
}

void vgp_pixels_rgb(const uint32_t *pixels, int64_t count, uint8_t *out) {
    for (int64_t i = 0; i < count; i++) {
        out[3 * i] = (uint8_t)(pixels[i] >> 16);
        out[3 * i + 1] = (uint8_t)(pixels[i] >> 8);
        out[3 * i + 2] = (uint8_t)pixels[i];
    }
}
