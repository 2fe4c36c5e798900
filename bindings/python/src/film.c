// verge._core.Film: the pictures of `verge view` of logs and results, by app/view.
#include "bindings/python/src/binding.h"

#ifdef VG_WITH_FIGURES

#include <math.h>

#include "app/view/open.h"
#include "app/view/video.h"
#include "bindings/python/src/pixels.h"
#include "sim/base/memory.h"

typedef struct film {
    PyObject ob_base;
    vg_view view;
    vg_film film;
    vg_film_reel reel; // open while `opened`
    bool opened;
    int64_t next; // the picture that the reel paints next; 0: the reel is to be opened anew
} film;

static PyObject *film_new(PyTypeObject *type, PyObject *args, PyObject *names) {
    static char *keys[] = {"path", "episode", "width", "height", "fps", "speed", "start", "end", NULL};
    const char *path, *episode = NULL;
    int width = 640, height = 480;
    double fps = 10, speed = 1, start = 0, end = NAN;
    vg_diag diag = {0};
    if (!PyArg_ParseTupleAndKeywords(args, names, "s|ziidddd:Film", keys, &path, &episode, &width, &height,
                                     &fps, &speed, &start, &end))
        return NULL;
    if (!(fps > 0 && fps <= 1000 && speed > 0 && speed <= 1000)) {
        PyErr_SetString(PyExc_ValueError, "fps and speed: expected more than 0 and at most 1000");
        return NULL;
    }
    if (!(start >= 0) || end < start) {
        PyErr_SetString(PyExc_ValueError,
                        "start and end: expected 0 s or more, and the end behind the start");
        return NULL;
    }
    allocfunc allocate = (allocfunc)PyType_GetSlot(type, Py_tp_alloc);
    film *f = (film *)allocate(type, 0); // zeroed
    if (!f) return NULL;
    vg_view_request request = {
        .files = {&path, 1}, .episodes = {&episode, episode ? 1 : 0}, .start = -1, .training_seed = -1};
    int32_t hidden = 0;
    vg_err err;
    Py_BEGIN_ALLOW_THREADS;
    err = vg_view_open(&request, &f->view, &hidden, &diag);
    Py_END_ALLOW_THREADS;
    f->film = vg_film_default(&f->view);
    f->film.width = width, f->film.height = height, f->film.fps = fps, f->film.speed = speed;
    f->film.from = start, f->film.to = end;
    if (!err) err = vg_film_check(&f->film, &diag);
    if (!err) return (PyObject *)f;
    Py_DECREF(f);
    return vgp_raise(err, &diag);
}

static void film_dealloc(PyObject *self) {
    PyTypeObject *type = Py_TYPE(self);
    freefunc release = (freefunc)PyType_GetSlot(type, Py_tp_free);
    film *f = (film *)self;
    if (f->opened) vg_film_close(&f->reel);
    vg_view_free(&f->view);
    release(self);
    Py_DECREF(type);
}

static vg_err next_picture(film *f, vg_diag *diag) {
    vg_err err = VG_OK;
    if (f->next >= vg_film_count(&f->film))
        return vg_fail(diag, VG_ERR_ARGUMENT, "all %lld pictures were painted", (long long)f->next);
    if (!f->opened) err = vg_film_open(&f->film, &f->reel, diag);
    f->opened = f->opened || !err;
    if (!err) err = vg_film_paint(&f->reel, f->next, diag);
    if (!err) f->next++;
    return err;
}

static PyObject *film_paint(PyObject *self, PyObject *array) {
    film *f = (film *)self;
    Py_buffer view;
    vg_diag diag = {0};
    if (!vgp_pixels_take(array, &view)) return NULL;
    if (view.shape[0] != f->film.height || view.shape[1] != f->film.width) {
        PyErr_Format(PyExc_ValueError, "pixels have another shape than (%d, %d, 3)", f->film.height,
                     f->film.width);
        PyBuffer_Release(&view);
        return NULL;
    }
    vg_err err = next_picture(f, &diag); // under the interpreter's lock: one thread at a time
    if (!err) vgp_pixels_rgb(f->reel.picture.pixels, (int64_t)f->film.width * f->film.height, view.buf);
    PyBuffer_Release(&view);
    if (err) return vgp_raise(err, &diag);
    Py_RETURN_NONE;
}

static PyObject *film_save(PyObject *self, PyObject *args) {
    film *f = (film *)self;
    const char *path;
    int replace = 0;
    vg_diag diag = {0};
    if (!PyArg_ParseTuple(args, "s|p:save", &path, &replace)) return NULL;
    vg_film film = f->film;
    film.overwrite = replace ? VG_REPLACE : VG_KEEP;
    vg_err err;
    Py_BEGIN_ALLOW_THREADS;
    err = vg_video_write(&film, path, &diag);
    Py_END_ALLOW_THREADS;
    if (err) return vgp_raise(err, &diag);
    Py_RETURN_NONE;
}

static PyObject *film_facts(PyObject *self, PyObject *none) {
    (void)none;
    const film *f = (film *)self;
    return Py_BuildValue("{s:L,s:i,s:i,s:d,s:d,s:s,s:s}", "pictures", (long long)vg_film_count(&f->film),
                         "width", f->film.width, "height", f->film.height, "seconds", f->view.duration, "fps",
                         f->film.fps, "title", f->view.title, "road", f->view.roads[0].name);
}

PyObject *vgp_film_type(void) {
    static PyMethodDef methods[] = {
        {"paint", film_paint, METH_O, "paint(pixels): the next picture, uint8 [height][width][3]."},
        {"save", film_save, METH_VARARGS, "save(path, replace=False): a video, by ffmpeg."},
        {"facts", film_facts, METH_NOARGS, "Pictures, sizes, seconds, title and road, as a dict."},
        {0}};
    static PyType_Slot slots[] = {{Py_tp_new, film_new},
                                  {Py_tp_dealloc, film_dealloc},
                                  {Py_tp_methods, methods},
                                  {Py_tp_doc, "The pictures of a log or a result."},
                                  {0}};
    static PyType_Spec spec = {
        .name = "verge._core.Film", .basicsize = sizeof(film), .flags = Py_TPFLAGS_DEFAULT, .slots = slots};
    return PyType_FromSpec(&spec);
}

#else

static PyObject *film_new(PyTypeObject *type, PyObject *args, PyObject *names) {
    (void)type, (void)args, (void)names;
    PyErr_SetString(PyExc_RuntimeError, VGP_NO_FIGURES);
    return NULL;
}

PyObject *vgp_film_type(void) {
    static PyType_Slot slots[] = {{Py_tp_new, film_new}, {0, NULL}};
    static PyType_Spec spec = {.name = "verge._core.Film",
                               .basicsize = sizeof(PyObject),
                               .flags = Py_TPFLAGS_DEFAULT,
                               .slots = slots};
    return PyType_FromSpec(&spec);
}

#endif
