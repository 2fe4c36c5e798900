// sim/base/text.h -- growing texts, numbers to and from decimal, and suggestions for misspelt words.
#ifndef VG_SIM_BASE_TEXT_H
#define VG_SIM_BASE_TEXT_H

#include <stddef.h>

#include "sim/base/error.h"

#ifdef __cplusplus
extern "C" {
#endif

// A growing text, for writers that build a file in memory. Zero-initialise. After an allocation failure
// `failed` stays true and further appends do nothing, so a writer needs to check only once, at the end.
typedef struct vg_text {
    char *bytes; // zero-terminated when size > 0
    int64_t size, capacity;
    bool failed;
} vg_text;

void vg_text_add(vg_text *text, const char *format, ...) VG_PRINTF(2, 3);
void vg_text_bytes(vg_text *text, const void *bytes, int64_t size);
void vg_text_free(vg_text *text);

// A number as the shortest decimal that reads back to the same bits ("0.1", not "0.10000000000000001"),
// locale-free. buffer holds at least 32 bytes. Returns buffer. NaN and infinities: "nan", "inf", "-inf".
char *vg_format_double(double value, char *buffer);
char *vg_format_float(float value, char *buffer);

// A finite decimal number that is the whole text (surrounding blanks allowed), locale-free. Rejects "",
// "nan", "inf", "1x", hexadecimal and overflow. Returns whether the text is such a number.
bool vg_parse_double(const char *text, double *value);
// A whole decimal number in the range of int64.
bool vg_parse_int(const char *text, int64_t *value);
// Whole numbers from 1 to `most` separated by `separator` ("1/60", "11,64,2") into values [room]; *count is
// their number. Errors: VG_ERR_FORMAT, whose field is `name`.
VG_NODISCARD vg_err vg_parse_counts(const char *name, const char *text, char separator, int32_t most,
                                    int32_t room, int32_t *values, int32_t *count, vg_diag *diag);

// Of `count` words, the one nearest to `word`, by insertions, deletions, replacements and swaps of
// neighbours; NULL if none is near enough. `words` points to the first word and `stride` is the number of
// bytes from one to the next, so that names inside a table of structs can be used; NULL words are skipped.
const char *vg_nearest(const char *word, const char *const *words, size_t stride, int32_t count);

// Report an unknown name: VG_ERR_FORMAT, whose field is `field`, with a message that quotes the name, lists
// the known ones and suggests the nearest one. Returns the error.
vg_err vg_fail_unknown(vg_diag *diag, const char *field, const char *name, const char *const *known,
                       int32_t count);

// Whether the text is valid UTF-8 without control characters (a tab counts as one, as do Unicode's line
// ends) and without U+FFFE and U+FFFF, which no XML may hold.
bool vg_is_printable(const char *text);

// Bytes of the character that text, which ends in a zero, begins with, if it is one that vg_is_printable
// allows; else 0.
int vg_printable_bytes(const char *text);

// Make a text harmless to print, in place: control characters become blanks (line ends stay where `lines` is
// true), and what is no UTF-8, an escape of 8 bits or a mark that turns the direction of writing becomes '?'.
// Every text that came out of a file goes through here on its way to a terminal (app/cli/output.h).
void vg_make_harmless(char *text, int64_t size, bool lines);
// Append a text as a part of one line, made harmless.
void vg_text_line(vg_text *out, const char *text, int64_t length);

// Append a text as one word of a command line, quoted for a POSIX shell where it must be.
void vg_text_word(vg_text *out, const char *text);

// The first `length` bytes of text (fewer where it ends before) into to[size], as a name that
// vg_is_printable: what is too long is cut between two characters, and every byte that is no part of such a
// text becomes '_'.
void vg_name_of(char *to, size_t size, const char *text, size_t length);

#ifdef __cplusplus
}
#endif
#endif
