// The man pages, made from the same tables as --help (man 7 groff_man).
#include <stdio.h>
#include <string.h>

#include "app/cli/args.h"
#include "sim/base/version.h"

// --- text ------------------------------------------------------------------------------------------------

// Escapes a character that roff would interpret, or that a terminal would show differently.
static const char *escape_of(char c) {
    switch (c) {
    case '\\': return "\\e";
    case '-': return "\\-";
    case '\'': return "\\(aq";
    case '`': return "\\(ga";
    case '^': return "\\(ha";
    case '~': return "\\(ti";
    default: return NULL;
    }
}

// The first character of well-formed UTF-8, and its number of bytes.
static unsigned decode(const unsigned char *at, int *bytes) {
    *bytes = *at < 0x80 ? 1 : *at < 0xe0 ? 2 : *at < 0xf0 ? 3 : 4;
    unsigned code = *bytes == 1 ? *at : *at & (0x7fu >> *bytes);
    for (int i = 1; i < *bytes; i++) code = code << 6 | (at[i] & 0x3f);
    return code;
}

// Writes a piece of a line. At the beginning of a line, a dot must not be read as a request.
static void words(vg_text *out, const char *text, int size) {
    if (size && text[0] == '.') vg_text_add(out, "\\&");
    for (int i = 0, bytes; i < size; i += bytes) {
        unsigned code = decode((const unsigned char *)text + i, &bytes);
        const char *escape = escape_of(text[i]);
        if (code > 0x7f)
            vg_text_add(out, "\\[u%04X]", code);
        else if (escape)
            vg_text_add(out, "%s", escape);
        else
            vg_text_add(out, "%c", text[i]);
    }
}

static void line(vg_text *out, const char *text) {
    words(out, text, (int)strlen(text));
    vg_text_add(out, "\n");
}

static void bold_line(vg_text *out, const char *text) {
    vg_text_add(out, "\\fB");
    words(out, text, (int)strlen(text));
    vg_text_add(out, "\\fR\n");
}

// Paragraphs are filled; lines that begin with a blank are printed unchanged.
static void paragraphs(vg_text *out, const char *text) {
    enum { NOTHING, FILLED, AS_IS } now = NOTHING;
    while (*text) {
        int size = (int)strcspn(text, "\n"), blanks = (int)strspn(text, " ");
        bool as_is = size > 0 && blanks > 0;
        if (now == AS_IS && !as_is) vg_text_add(out, ".fi\n.RE\n");
        if (as_is && now != AS_IS) vg_text_add(out, ".RS 4\n.nf\n");
        if (size > 0 && !as_is && now != FILLED) vg_text_add(out, ".PP\n");
        now = size == 0 ? NOTHING : as_is ? AS_IS : FILLED;
        if (size > 0) {
            words(out, text + blanks, size - blanks);
            vg_text_add(out, "\n");
        }
        text += size + (text[size] == '\n');
    }
    if (now == AS_IS) vg_text_add(out, ".fi\n.RE\n");
}

// --- pages -----------------------------------------------------------------------------------------------

// "verge-train-bc" for "train bc"; "verge" for "".
static void page_name(const char *name, char page[80]) {
    snprintf(page, 80, "verge%s%.70s", name[0] ? "-" : "", name);
    for (char *c = page; *c; c++)
        if (*c == ' ') *c = '-';
}

static void head(vg_text *out, const char *page, const char *summary) {
    vg_text_add(out, ".TH \"");
    for (const char *c = page; *c; c++) vg_text_add(out, "%c", *c >= 'a' && *c <= 'z' ? *c - 'a' + 'A' : *c);
    vg_text_add(out, "\" 1 \"\" \"verge %s\" \"verge\"\n.nh\n.ad l\n.SH NAME\n", VG_VERSION);
    words(out, page, (int)strlen(page));
    vg_text_add(out, " \\- ");
    line(out, summary);
}

// Lines that begin with blanks continue the alternative before.
static void synopsis(vg_text *out, const char *name, const char *text) {
    vg_text_add(out, ".SH SYNOPSIS\n");
    for (bool first = true; first || *text; first = false) {
        int size = (int)strcspn(text, "\n"), blanks = (int)strspn(text, " ");
        if (!blanks || first) vg_text_add(out, "%s.SY \"verge %s\"\n", first ? "" : ".YS\n", name);
        words(out, text + blanks, size - blanks);
        vg_text_add(out, "%s", size ? "\n" : "");
        text += size + (text[size] == '\n');
    }
    vg_text_add(out, ".YS\n");
}

static void options(vg_text *out, const vg_command *command) {
    const vg_flag *flag;
    char left[80], right[VG_HELP_CELL];
    vg_text_add(out, ".SH OPTIONS\n");
    for (int32_t i = 0; (flag = vg_help_flag(command, i)); i++) {
        vg_help_flag_cells(flag, left, right);
        vg_text_add(out, ".TP\n");
        bold_line(out, left);
        line(out, right);
    }
}

static void configuration(vg_text *out, const vg_schema *schema) {
    char cells[VG_CONFIG_CELLS][VG_CONFIG_CELL], text[4 * VG_CONFIG_CELL + 32];
    vg_text_add(out, ".SH CONFIGURATION\nKeys for \\fB\\-\\-config\\fR and \\fB\\-\\-set\\fR.\n");
    for (int32_t i = 0; i < schema->count; i++) {
        vg_config_help_cells(&schema->keys[i], cells);
        vg_text_add(out, ".TP\n");
        bold_line(out, cells[0]);
        line(out, schema->keys[i].help);
        vg_text_add(out, ".br\n");
        snprintf(text, sizeof text, "(%s, %s%s%s; default %s)", cells[1], cells[3], cells[2][0] ? " " : "",
                 cells[2], cells[4]);
        line(out, text);
    }
}

static void children(vg_text *out, const vg_command *parent, const char *name) {
    char full[80], page[80];
    const vg_command *child;
    vg_made_command made;
    vg_text_add(out, ".SH COMMANDS\n");
    for (int32_t i = 0; (child = vg_command_child(parent, i, &made)); i++) {
        snprintf(full, sizeof full, "%.60s%s%.16s", name, name[0] ? " " : "", child->name);
        page_name(full, page);
        vg_text_add(out, ".TP\n\\fB");
        words(out, page, (int)strlen(page));
        vg_text_add(out, "\\fR(1)\n");
        line(out, child->summary);
    }
}

static void exit_status(vg_text *out) {
    vg_text_add(out, ".SH EXIT STATUS\n");
#define X(status, meaning) vg_text_add(out, ".TP\n\\fB%s\\fR\n%s\n", status, meaning);
    VG_EXIT_STATUSES(X)
#undef X
}

static void examples(vg_text *out, const char *text) {
    vg_text_add(out, ".SH EXAMPLES\n.nf\n");
    for (int size; *text; text += size + (text[size] == '\n')) {
        size = (int)strcspn(text, "\n");
        words(out, text, size);
        vg_text_add(out, "\n");
    }
    vg_text_add(out, ".fi\n");
}

// The page of the parent command.
static void see_also(vg_text *out, const char *name) {
    char parent[80], page[80];
    const char *last = strrchr(name, ' ');
    snprintf(parent, sizeof parent, "%.*s", last ? (int)(last - name) : 0, name);
    page_name(parent, page);
    vg_text_add(out, ".SH SEE ALSO\n\\fB");
    words(out, page, (int)strlen(page));
    vg_text_add(out, "\\fR(1)\n");
}

void vg_man_command(const vg_command *command, const char *name, vg_text *out) {
    char page[80];
    page_name(name, page);
    head(out, page, command->summary);
    synopsis(out, name, command->synopsis ? command->synopsis : command->children ? "COMMAND" : "");
    vg_text details = {0};
    vg_help_details(command, &details);
    if (details.size) {
        vg_text_add(out, ".SH DESCRIPTION\n");
        paragraphs(out, details.bytes);
    }
    out->failed |= details.failed;
    vg_text_free(&details);
    if (command->children || command->child) children(out, command, name);
    if (command->run) options(out, command);
    if (command->schema) configuration(out, command->schema);
    if (command->examples) examples(out, command->examples);
    see_also(out, name);
}

void vg_man_program(const vg_command *const *commands, vg_text *out) {
    head(out, "verge", "a driving testbed for imitation learning");
    vg_text_add(out, ".SH SYNOPSIS\n.SY verge\nCOMMAND [ARGUMENTS]\n.YS\n.SY \"verge help\"\nCOMMAND\n.YS\n"
                     ".SY \"verge \\-\\-version\"\n.YS\n");
    children(out, &(vg_command){.children = commands}, "");
    exit_status(out);
    vg_text_add(out, ".SH FILES\n.TP\n\\fIshare/doc/verge/docs\\fR, beside the program's \\fIbin\\fR\n"
                     "The pages that are called docs/NAME.md here; docs/README.md lists them.\n");
}

// --- files -----------------------------------------------------------------------------------------------

static vg_err write_page(const vg_text *text, const char *folder, const char *name, vg_diag *diag) {
    char page[80], path[1024];
    page_name(name, page);
    snprintf(path, sizeof path, "%.900s/%s.1", folder, page);
    return text->failed ? vg_fail_memory(diag)
                        : vg_file_write(path, text->bytes, text->size, VG_REPLACE, diag);
}

static vg_err write_commands(const vg_command *parent, const char *folder, const char *above, vg_diag *diag) {
    vg_err err = VG_OK;
    const vg_command *child;
    vg_made_command made;
    for (int32_t i = 0; !err && (child = vg_command_child(parent, i, &made)); i++) {
        vg_text text = {0};
        char name[64];
        snprintf(name, sizeof name, "%s%s%s", above, above[0] ? " " : "", child->name);
        vg_man_command(child, name, &text);
        err = write_page(&text, folder, name, diag);
        vg_text_free(&text);
        if (!err) err = write_commands(child, folder, name, diag);
    }
    return err;
}

vg_err vg_man_write(const vg_command *const *commands, const char *folder, vg_diag *diag) {
    vg_text text = {0};
    vg_man_program(commands, &text);
    vg_err err = write_page(&text, folder, "", diag);
    vg_text_free(&text);
    return err ? err : write_commands(&(vg_command){.children = commands}, folder, "", diag);
}
