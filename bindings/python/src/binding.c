#include "bindings/python/src/binding.h"

#include <string.h>

static PyObject *exception_of(vg_err err) {
    switch (err) {
    case VG_ERR_MEMORY: return PyExc_MemoryError;
    case VG_ERR_NOT_FOUND: return PyExc_FileNotFoundError;
    case VG_ERR_EXISTS: return PyExc_FileExistsError;
    case VG_ERR_IO: return PyExc_OSError;
    case VG_ERR_INTERRUPTED: return PyExc_KeyboardInterrupt;
    case VG_ERR_POLICY: return PyExc_RuntimeError;
    default: return PyExc_ValueError;
    }
}

PyObject *vgp_raise(vg_err err, const vg_diag *diag) {
    char text[1200];
    const char *said = diag->code == err ? vg_diag_format(diag, text, sizeof text) : vg_err_text(err);
    PyObject *message = PyUnicode_DecodeUTF8(said, (Py_ssize_t)strlen(said), "replace");
    if (!message) return NULL;
    PyErr_SetObject(exception_of(err), message);
    Py_DECREF(message);
    return NULL;
}

// The format without a sign of the machine's own byte order.
static char format_of(const Py_buffer *view) {
    const char *format = view->format ? view->format : "B";
    if (*format == '@' || *format == '=') format++;
    return format[0] && !format[1] ? format[0] : 0;
}

bool vgp_array(PyObject *object, const char *name, const char *formats, Py_ssize_t rows, Py_ssize_t columns,
               bool writable, Py_buffer *view) {
    int how = PyBUF_C_CONTIGUOUS | PyBUF_FORMAT | (writable ? PyBUF_WRITABLE : 0);
    if (!PyObject_CheckBuffer(object)) {
        PyErr_Format(PyExc_TypeError, "%s has no buffer, expected an array of %s", name,
                     *formats == 'f' ? "float32" : "bool or uint8");
        return false;
    }
    if (PyObject_GetBuffer(object, view, how)) {
        PyErr_Clear();
        PyErr_Format(PyExc_ValueError, "%s is not %sC-contiguous", name, writable ? "writable and " : "");
        return false;
    }
    char format = format_of(view);
    if (!format || !strchr(formats, format)) {
        PyErr_Format(PyExc_TypeError, "%s has values of format '%s', expected %s", name,
                     view->format ? view->format : "B", *formats == 'f' ? "float32" : "bool or uint8");
        PyBuffer_Release(view);
        return false;
    }
    if (*formats == 'f' && (uintptr_t)view->buf % sizeof(float)) {
        PyErr_Format(PyExc_ValueError, "%s does not begin at a multiple of %d bytes", name,
                     (int)sizeof(float));
        PyBuffer_Release(view);
        return false;
    }
    int dimensions = columns ? 2 : 1;
    if (view->ndim == dimensions && view->shape[0] == rows && (!columns || view->shape[1] == columns))
        return true;
    if (columns)
        PyErr_Format(PyExc_ValueError, "%s has another shape than (%zd, %zd)", name, rows, columns);
    else
        PyErr_Format(PyExc_ValueError, "%s has another shape than (%zd,)", name, rows);
    PyBuffer_Release(view);
    return false;
}
