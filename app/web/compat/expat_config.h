// app/web/compat/expat_config.h -- what expat's own build would find out about emscripten.
#define BYTEORDER         1234
#define HAVE_UNISTD_H     1
#define XML_CONTEXT_BYTES 1024
#define XML_DTD           1
#define XML_NS            1
#define XML_DEV_URANDOM   1
