// app/web/compat/browser.h -- read before every source of this build: what Linux has, and emscripten's C
// library lacks. It includes nothing, for a source may first say which functions it wants of the C library.
#ifndef VG_APP_WEB_COMPAT_BROWSER_H
#define VG_APP_WEB_COMPAT_BROWSER_H

#define RENAME_NOREPLACE 1
int renameat2(int from_folder, const char *from, int to_folder, const char *to, unsigned flags);
void qsort_r(void *items, __SIZE_TYPE__ count, __SIZE_TYPE__ size,
             int (*compare)(const void *, const void *, void *), void *context);

#endif
