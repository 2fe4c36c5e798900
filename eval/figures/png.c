#include "eval/figures/png.h"
#include "eval/figures/canvas_private.h"

#include <png.h>
#include <string.h>

enum { SIDE = 32767, TEXT_LIMIT = 1000, TEXT_BYTES = 8 << 20, READING_BYTES = 64 << 20 };

// State that reading and writing need while libpng runs. It lives outside the frame that setjmp may clobber.
typedef struct vg_png_job {
    png_structp png;
    png_infop info;
    bool no_memory;
    char message[128];
    vg_text *out;      // writing
    const char *bytes; // reading
    int64_t size, at;
    int64_t taken; // bytes that libpng allocated
    uint8_t *row;
    png_text *chunks;
} png_job;

// Limits the memory for reading a file: a chunk may claim 2 GB, and a text may unpack to a thousand times its
// size.
static bool is_bomb(png_job *job, png_alloc_size_t size) {
    if (!job->bytes) return false;
    int64_t most = READING_BYTES + 4 * job->size - job->taken;
    if (most < 0 || size > (png_alloc_size_t)most) return true;
    job->taken += (int64_t)size;
    return false;
}

static png_voidp take_memory(png_structp png, png_alloc_size_t size) {
    png_job *job = png_get_mem_ptr(png);
    if (is_bomb(job, size)) return NULL;
    void *block = vg_alloc(1, size);
    if (!block) job->no_memory = true;
    return block;
}

static void give_memory(png_structp png, png_voidp block) {
    (void)png;
    vg_free(block);
}

static void on_error(png_structp png, png_const_charp message) {
    png_job *job = png_get_error_ptr(png);
    snprintf(job->message, sizeof job->message, "%s", message);
    png_longjmp(png, 1);
}

static void on_warning(png_structp png, png_const_charp message) {
    (void)png;
    (void)message;
}

// --- writing ---------------------------------------------------------------------------------------------

static void put_bytes(png_structp png, png_bytep bytes, size_t size) {
    png_job *job = png_get_io_ptr(png);
    vg_text_bytes(job->out, bytes, (int64_t)size);
    if (!job->out->failed) return;
    job->no_memory = true;
    png_error(png, "out of memory");
}

static void put_nothing(png_structp png) { (void)png; }

static vg_err check_keys(const vg_png_text *texts, int32_t count, vg_diag *diag) {
    for (int32_t i = 0; i < count; i++) {
        const char *key = texts[i].key;
        size_t length = strlen(key);
        bool fine =
            length >= 1 && length <= 79 && key[0] != ' ' && key[length - 1] != ' ' && !strstr(key, "  ");
        for (const char *at = key; *at; at++) fine = fine && *at >= ' ' && *at <= '~';
        if (!fine)
            return vg_fail_at(diag, VG_ERR_ARGUMENT, NULL, i + 1, key,
                              "a PNG text's key has 1 to 79 printable ASCII characters and no stray blanks");
    }
    return VG_OK;
}

static bool is_ascii(const char *text) {
    for (; *text; text++)
        if ((unsigned char)*text >= 0x80) return false;
    return true;
}

static bool is_opaque(const vg_image *image) {
    for (int32_t y = 0; y < image->height; y++)
        for (int32_t x = 0; x < image->width; x++)
            if (image->pixels[y * image->stride + x] >> 24 != 255) return false;
    return true;
}

// One row from premultiplied words to bytes.
static void convert_row(const uint32_t *from, int32_t width, bool opaque, uint8_t *to) {
    for (int32_t x = 0; x < width; x++) {
        uint32_t pixel = from[x], alpha = pixel >> 24;
        for (int32_t shift = 16; shift >= 0; shift -= 8) {
            uint32_t value = pixel >> shift & 255;
            *to++ = (uint8_t)(alpha == 255 || alpha == 0 ? value : (value * 255 + alpha / 2) / alpha);
        }
        if (!opaque) *to++ = (uint8_t)alpha;
    }
}

static void set_texts(png_job *job, const vg_png_text *texts, int32_t count) {
    for (int32_t i = 0; i < count; i++)
        job->chunks[i] = (png_text){
            .compression = is_ascii(texts[i].value) ? PNG_TEXT_COMPRESSION_NONE : PNG_ITXT_COMPRESSION_NONE,
            .key = (char *)texts[i].key,
            .text = (char *)texts[i].value,
            .text_length = strlen(texts[i].value),
        };
    if (count > 0) png_set_text(job->png, job->info, job->chunks, count);
}

// The part that libpng may leave by longjmp.
static bool encode(png_job *job, const vg_image *image, double scale, const vg_png_text *texts,
                   int32_t count) {
    if (setjmp(png_jmpbuf(job->png))) return false;
    bool opaque = is_opaque(image);
    png_set_write_fn(job->png, job, put_bytes, put_nothing);
    png_set_IHDR(job->png, job->info, (png_uint_32)image->width, (png_uint_32)image->height, 8,
                 opaque ? PNG_COLOR_TYPE_RGB : PNG_COLOR_TYPE_RGBA, PNG_INTERLACE_NONE,
                 PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    // Drawings are flat: with filters they would take more time and more bytes.
    png_set_filter(job->png, PNG_FILTER_TYPE_BASE, PNG_FILTER_NONE);
    png_set_compression_level(job->png, 3);
    png_uint_32 per_metre = (png_uint_32)(scale * 96 / 0.0254 + 0.5);
    if (per_metre > 0) png_set_pHYs(job->png, job->info, per_metre, per_metre, PNG_RESOLUTION_METER);
    set_texts(job, texts, count);
    png_write_info(job->png, job->info);
    for (int32_t y = 0; y < image->height; y++) {
        convert_row(image->pixels + y * image->stride, image->width, opaque, job->row);
        png_write_row(job->png, job->row);
    }
    png_write_end(job->png, NULL);
    return true;
}

vg_err vg_png_encode(const vg_image *image, double scale, const vg_png_text *texts, int32_t count,
                     vg_text *out, vg_diag *diag) {
    vg_err err = check_keys(texts, count, diag);
    if (err) return err;
    png_job job = {.out = out};
    job.row = vg_new(uint8_t, 4 * (int64_t)image->width);
    job.chunks = vg_new(png_text, count);
    job.png = png_create_write_struct_2(PNG_LIBPNG_VER_STRING, &job, on_error, on_warning, &job, take_memory,
                                        give_memory);
    if (job.png) job.info = png_create_info_struct(job.png);
    if (!job.row || !job.chunks || !job.info) {
        err = vg_fail_memory(diag);
        goto done;
    }
    if (!encode(&job, image, scale, texts, count))
        err = job.no_memory ? vg_fail_memory(diag)
                            : vg_fail(diag, VG_ERR_ARGUMENT, "the PNG cannot be written: %s", job.message);
done:
    png_destroy_write_struct(&job.png, &job.info);
    vg_free(job.chunks);
    vg_free(job.row);
    return err;
}

// --- reading ---------------------------------------------------------------------------------------------

static void get_bytes(png_structp png, png_bytep bytes, size_t size) {
    png_job *job = png_get_io_ptr(png);
    if ((int64_t)size > job->size - job->at) png_error(png, "it ends too early");
    memcpy(bytes, job->bytes + job->at, size);
    job->at += (int64_t)size;
}

// The part that libpng may leave by longjmp. The pixels are unpacked one row at a time, to check that they
// are complete.
static bool decode(png_job *job) {
    if (setjmp(png_jmpbuf(job->png))) return false;
    png_set_read_fn(job->png, job, get_bytes);
    png_set_crc_action(job->png, PNG_CRC_ERROR_QUIT, PNG_CRC_ERROR_QUIT);
    png_set_user_limits(job->png, SIDE, SIDE);
    png_set_chunk_cache_max(job->png, TEXT_LIMIT);
    png_set_chunk_malloc_max(job->png, TEXT_BYTES);
    png_read_info(job->png, job->info);
    int passes = png_set_interlace_handling(job->png);
    png_read_update_info(job->png, job->info);
    png_uint_32 height = png_get_image_height(job->png, job->info);
    job->row = png_malloc(job->png, png_get_rowbytes(job->png, job->info));
    for (int pass = 0; pass < passes; pass++)
        for (png_uint_32 y = 0; y < height; y++) png_read_row(job->png, job->row, NULL);
    png_read_end(job->png, job->info);
    return true;
}

// A chunk's text as UTF-8: tEXt and zTXt are Latin-1; iTXt is UTF-8 if its writer was correct.
static char *to_utf8(const char *text, bool latin) {
    vg_text raw = {0}, clean = {0};
    for (; latin && *text; text++) {
        unsigned char c = (unsigned char)*text;
        if (c < 0x80)
            vg_text_bytes(&raw, &c, 1);
        else
            vg_text_bytes(
                &raw, (unsigned char[]){(unsigned char)(0xc0 | c >> 6), (unsigned char)(0x80 | (c & 63))}, 2);
    }
    vg_clean_text(&clean, latin ? raw.size > 0 ? raw.bytes : "" : text);
    bool failed = raw.failed || clean.failed;
    char *copy = failed ? NULL : vg_strdup(clean.size > 0 ? clean.bytes : "");
    vg_text_free(&raw);
    vg_text_free(&clean);
    return copy;
}

static vg_err collect(const png_job *job, vg_png_info *out, vg_diag *diag) {
    png_textp chunks = NULL;
    int count = 0;
    png_get_text(job->png, job->info, &chunks, &count);
    out->texts = vg_new(vg_png_text, count);
    if (!out->texts) return vg_fail_memory(diag);
    out->width = (int32_t)png_get_image_width(job->png, job->info);
    out->height = (int32_t)png_get_image_height(job->png, job->info);
    for (int i = 0; i < count; i++) {
        vg_png_text *text = &out->texts[out->count++];
        bool latin = chunks[i].compression < PNG_ITXT_COMPRESSION_NONE;
        text->key = to_utf8(chunks[i].key, true);
        text->value = to_utf8(chunks[i].text ? chunks[i].text : "", latin);
        if (!text->key || !text->value) return vg_fail_memory(diag);
    }
    return VG_OK;
}

vg_err vg_png_info_parse(const char *name, const void *bytes, int64_t size, vg_png_info *out, vg_diag *diag) {
    *out = (vg_png_info){0};
    if (size < 8 || png_sig_cmp(bytes, 0, 8))
        return vg_fail_at(diag, VG_ERR_FORMAT, name, 0, NULL, "not a PNG: it does not begin as one");
    png_job job = {.bytes = bytes, .size = size};
    vg_err err = VG_OK;
    job.png = png_create_read_struct_2(PNG_LIBPNG_VER_STRING, &job, on_error, on_warning, &job, take_memory,
                                       give_memory);
    if (job.png) job.info = png_create_info_struct(job.png);
    if (!job.info)
        err = vg_fail_memory(diag);
    else if (!decode(&job))
        err = job.no_memory
                  ? vg_fail_memory(diag)
                  : vg_fail_at(diag, VG_ERR_FORMAT, name, 0, NULL, "a damaged PNG: %s", job.message);
    else
        err = collect(&job, out, diag);
    vg_free(job.row);
    png_destroy_read_struct(&job.png, &job.info, NULL);
    if (err) vg_png_info_free(out);
    return err;
}

vg_err vg_png_info_read(const char *path, vg_png_info *out, vg_diag *diag) {
    *out = (vg_png_info){0};
    char *bytes;
    int64_t size;
    vg_err err = vg_file_read(path, 0, &bytes, &size, diag);
    if (err) return err;
    err = vg_png_info_parse(path, bytes, size, out, diag);
    vg_free(bytes);
    return err;
}

void vg_png_info_free(vg_png_info *info) {
    for (int32_t i = 0; i < info->count; i++) {
        vg_free((char *)info->texts[i].key);
        vg_free((char *)info->texts[i].value);
    }
    vg_free(info->texts);
    *info = (vg_png_info){0};
}
