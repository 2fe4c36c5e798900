#include "sim/base/error.h"

#include <stdio.h>
#include <string.h>

const char *vg_err_text(vg_err err) {
    switch (err) {
#define X(name, status, text)                                                                                \
    case VG_##name: return text;
        VG_ERRORS(X)
#undef X
    }
    return "unknown error";
}

int vg_err_exit_status(vg_err err) {
    switch (err) {
#define X(name, status, text)                                                                                \
    case VG_##name: return status;
        VG_ERRORS(X)
#undef X
    }
    return 4;
}

static void copy_text(char *to, size_t size, const char *from) { snprintf(to, size, "%s", from ? from : ""); }

vg_err vg_fail(vg_diag *diag, vg_err code, const char *format, ...) {
    if (!diag) return code;
    *diag = (vg_diag){.code = code};
    va_list args;
    va_start(args, format);
    vsnprintf(diag->text, sizeof diag->text, format, args);
    va_end(args);
    return code;
}

vg_err vg_fail_at(vg_diag *diag, vg_err code, const char *file, int64_t line, const char *field,
                  const char *format, ...) {
    if (!diag) return code;
    *diag = (vg_diag){.code = code, .line = line};
    copy_text(diag->file, sizeof diag->file, file);
    copy_text(diag->field, sizeof diag->field, field);
    va_list args;
    va_start(args, format);
    vsnprintf(diag->text, sizeof diag->text, format, args);
    va_end(args);
    return code;
}

vg_err vg_fail_memory(vg_diag *diag) {
    if (!diag) return VG_ERR_MEMORY;
    *diag = (vg_diag){.code = VG_ERR_MEMORY};
    copy_text(diag->text, sizeof diag->text, "out of memory");
    return VG_ERR_MEMORY;
}

vg_err vg_fail_of_file(vg_err err, vg_diag *diag) {
    if (err == VG_ERR_ARGUMENT) err = VG_ERR_FORMAT;
    if (err && diag) diag->code = err;
    return err;
}

char *vg_diag_format(const vg_diag *diag, char *buffer, int32_t size) {
    char line[32] = "";
    if (diag->line > 0)
        snprintf(line, sizeof line, "%s%lld", diag->file[0] ? ":" : "row ", (long long)diag->line);
    snprintf(buffer, (size_t)size, "%s%s%s%s%s%s", diag->file, line, diag->file[0] || line[0] ? ": " : "",
             diag->field, diag->field[0] ? ": " : "", diag->text);
    return buffer;
}
