#define _GNU_SOURCE
#include "eval/study/cell_store.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "eval/outcome/json.h"
#include "sim/base/file.h"
#include "sim/base/hash.h"
#include "sim/base/memory.h"

static const char magic[] = "verge-cell 1 ";
enum { MAGIC = sizeof magic - 1, LINE = MAGIC + 17, PATH = 1024 }; // 16 digits and the line's end

char *vg_cell_key(const char *identity, char key[VG_CELL_KEY]) {
    vg_hash_format(vg_hash_text(1, identity), key);
    vg_hash_format(vg_hash_text(2, identity), key + 16);
    return key;
}

static vg_err path_of(const char *dir, const char *identity, char path[PATH], vg_diag *diag) {
    char key[VG_CELL_KEY];
    vg_cell_key(identity, key);
    if (snprintf(path, PATH, "%s/%.2s/%s.cell", dir, key, key) < PATH) return VG_OK;
    return vg_fail_at(diag, VG_ERR_ARGUMENT, dir, 0, NULL, "is longer than a path may be here");
}

// --- writing -----------------------------------------------------------------------------------------------

static json_t *head_of(const char *identity, json_t *facts, const vg_cell_part *parts, int32_t count) {
    json_t *list = json_array();
    int failed = !list || !facts;
    for (int32_t i = 0; i < count && !failed; i++)
        failed = json_array_append_new(
            list, json_pack("{ss sI}", "name", parts[i].name, "size", (json_int_t)parts[i].size));
    json_t *head =
        failed ? NULL : json_pack("{ss sO sO}", "identity", identity, "facts", facts, "parts", list);
    json_decref(list);
    json_decref(facts);
    return head;
}

vg_err vg_cell_put(const char *dir, const char *identity, json_t *facts, const vg_cell_part *parts,
                   int32_t count, vg_diag *diag) {
    char path[PATH], hash[17];
    json_t *head = head_of(identity, facts, parts, count);
    char *line = head ? json_dumps(head, JSON_COMPACT) : NULL;
    vg_text text = {0};
    vg_err err = path_of(dir, identity, path, diag);
    vg_text_add(&text, "%s%016d\n", magic, 0);
    if (line) vg_text_add(&text, "%s\n", line);
    for (int32_t i = 0; i < count; i++) vg_text_bytes(&text, parts[i].bytes, parts[i].size);
    if (!err && (!line || text.failed)) err = vg_fail_memory(diag);
    if (!err) {
        uint64_t own = vg_hash_bytes(0, text.bytes + LINE, (size_t)(text.size - LINE));
        memcpy(text.bytes + MAGIC, vg_hash_format(own, hash), 16);
        // Not VG_REPLACE, which would ask for a lock.
        err = vg_file_write(path, text.bytes, text.size, VG_REPLACE_LOCKED, diag);
    }
    free(line);
    json_decref(head);
    vg_text_free(&text);
    return err;
}

// --- reading -----------------------------------------------------------------------------------------------

static vg_err fail_damaged(const char *path, const char *what, vg_diag *diag) {
    return vg_fail_at(diag, VG_ERR_FORMAT, path, 0, NULL, "is a damaged entry of a cache: %s", what);
}

void vg_cell_free(vg_cell *cell) {
    json_decref(cell->head);
    vg_free(cell->bytes);
    *cell = (vg_cell){0};
}

const char *vg_cell_identity(const vg_cell *cell) {
    return json_string_value(json_object_get(cell->head, "identity"));
}

static vg_err take_parts(vg_cell *cell, const char *at, int64_t left, const char *path, vg_diag *diag) {
    size_t i;
    json_t *row, *list = json_object_get(cell->head, "parts");
    if (!json_is_array(list) || json_array_size(list) > VG_CELL_PARTS)
        return fail_damaged(path, "no list of its parts", diag);
    json_array_foreach(list, i, row) {
        const char *name = json_string_value(json_object_get(row, "name"));
        int64_t size = json_integer_value(json_object_get(row, "size"));
        if (!name || size < 0 || size > left) return fail_damaged(path, "a part is not all there", diag);
        cell->parts[cell->count++] = (vg_cell_part){name, at, size};
        at += size, left -= size;
    }
    return left ? fail_damaged(path, "bytes that belong to no part", diag) : VG_OK;
}

vg_err vg_cell_parse(char *bytes, int64_t size, const char *path, vg_cell *out, vg_diag *diag) {
    char hash[17];
    *out = (vg_cell){.bytes = bytes};
    const char *end = bytes + size, *line = size > LINE ? bytes + LINE : end;
    const char *stop = memchr(line, '\n', (size_t)(end - line));
    vg_err err = VG_OK;
    vg_hash_format(vg_hash_bytes(0, line, (size_t)(end - line)), hash);
    if (!stop || memcmp(bytes, magic, MAGIC) != 0 || line[-1] != '\n') {
        err = fail_damaged(path, "it does not begin as one", diag);
    } else if (memcmp(bytes + MAGIC, hash, 16) != 0) {
        err = fail_damaged(path, "its bytes have another hash than it says", diag);
    } else {
        out->head = json_loadb(line, (size_t)(stop - line), JSON_REJECT_DUPLICATES, NULL);
        out->facts = json_object_get(out->head, "facts");
        err = json_is_object(out->facts) && vg_cell_identity(out)
                  ? take_parts(out, stop + 1, end - (stop + 1), path, diag)
                  : fail_damaged(path, "no head", diag);
    }
    if (err) vg_cell_free(out);
    return err;
}

vg_err vg_cell_get(const char *dir, const char *identity, vg_cell *out, vg_diag *diag) {
    char path[PATH], *bytes;
    int64_t size;
    *out = (vg_cell){0};
    vg_err err = path_of(dir, identity, path, diag);
    if (!err) err = vg_file_read(path, 0, &bytes, &size, diag);
    if (!err) err = vg_cell_parse(bytes, size, path, out, diag);
    if (!err && strcmp(vg_cell_identity(out), identity) != 0)
        err = vg_fail_at(diag, VG_ERR_FORMAT, path, 0, NULL, "is the entry of another cell");
    if (err)
        vg_cell_free(out);
    else
        utimensat(AT_FDCWD, path, NULL, 0); // used now; where that may not be, it looks older than it is
    return err;
}
