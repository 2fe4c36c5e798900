// app/web/compat/jansson_private_config.h -- what jansson's own build would find out about emscripten.
#define HAVE_FCNTL_H            1
#define HAVE_UNISTD_H           1
#define HAVE_SYS_STAT_H         1
#define HAVE_SYS_TIME_H         1
#define HAVE_SYS_TYPES_H        1
#define HAVE_STDINT_H           1
#define HAVE_CLOSE              1
#define HAVE_GETPID             1
#define HAVE_GETTIMEOFDAY       1
#define HAVE_OPEN               1
#define HAVE_READ               1
#define HAVE_LOCALE_H           1
#define HAVE_SETLOCALE          1
#define HAVE_SSIZE_T            1
#define INITIAL_HASHTABLE_ORDER 3
