#include "app/cli/args.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "sim/base/file.h"
#include "sim/base/memory.h"

static const vg_flag common[] = {
    {"seed", VG_FLAG_INT, offsetof(vg_call, seed), "N", 0, 0x1p63, "1", .help = "same seed, same bits"},
    {"threads", VG_FLAG_INT, offsetof(vg_call, threads), "N", 0, 1024, "0",
     .help = "threads to use, 0: one per core; results do not depend on it"},
    {"force", VG_FLAG_SWITCH, offsetof(vg_call, force), .help = "replace outputs that exist"},
    {"json", VG_FLAG_SWITCH, offsetof(vg_call, json), .help = "print JSON instead of text"},
    {"allow-exec", VG_FLAG_SWITCH, offsetof(vg_call, allow_exec),
     .help = "start exec:CMD and so:PATH also where a file names them; only for files that you trust"},
};
enum { COMMON = sizeof common / sizeof *common };

// These two lists belong to the parser; see apply_schema.
static const vg_flag config_flag = {"config", VG_FLAG_LIST, 0, "FILE",
                                    .help =
                                        "read the configuration from a YAML file; of several, a later one "
                                        "overrides those before"};
static const vg_flag set_flag = {
    "set", VG_FLAG_LIST, 0, "KEY=VALUE...",
    .help = "set keys of the configuration; it overrides the file, and a later --set those before"};

const vg_flag *vg_args_common(const vg_command *command, int32_t i) {
    for (int32_t c = 0; c < COMMON; c++)
        if (command->takes & (1u << c) && i-- == 0) return &common[c];
    if (!command->schema || i > 1) return NULL;
    return i == 0 ? &config_flag : &set_flag;
}

bool vg_flag_choice(const vg_flag *flag, int32_t i, char choice[VG_CHOICE_SIZE]) {
    if (flag->choice) {
        const char *name = flag->choice(i);
        return name && snprintf(choice, VG_CHOICE_SIZE, "%s", name) > 0;
    }
    for (const char *word = flag->choices; word; word += word[0] == '|') {
        int length = (int)strcspn(word, "|");
        if (i-- == 0) return snprintf(choice, VG_CHOICE_SIZE, "%.*s", length, word) > 0;
        if (!*(word += length)) return false;
    }
    return false;
}

void vg_flag_choices(const vg_flag *flag, char text[VG_CHOICES_SIZE]) {
    char choice[VG_CHOICE_SIZE];
    text[0] = 0;
    for (int32_t i = 0; vg_flag_choice(flag, i, choice); i++) {
        size_t used = strlen(text);
        snprintf(text + used, VG_CHOICES_SIZE - used, "%s%s", i ? "|" : "", choice);
    }
}

// --- commands --------------------------------------------------------------------------------------------

const vg_command *vg_command_child(const vg_command *command, int32_t i, vg_made_command *room) {
    if (command->child) return command->child(i, room) ? &room->command : NULL;
    return command->children ? command->children[i] : NULL;
}

static vg_err fail_command(vg_diag *diag, const vg_command *parent, const char *above, const char *name) {
    const char *space = above[0] ? " " : "", *names[64] = {0};
    const vg_command *child;
    vg_made_command made;
    int32_t count = 0;
    for (; count < 64 && (child = vg_command_child(parent, count, &made)); count++)
        names[count] = child->name;
    const char *nearest = vg_nearest(name, names, sizeof *names, count);
    if (nearest)
        return vg_fail(diag, VG_ERR_ARGUMENT, "unknown command '%s%s%.40s', did you mean '%s%s%s'?", above,
                       space, name, above, space, nearest);
    char known[400] = "";
    for (int32_t i = 0; i < count; i++) {
        size_t used = strlen(known);
        snprintf(known + used, sizeof known - used, "%s%s", i ? ", " : "", names[i]);
    }
    return vg_fail(diag, VG_ERR_ARGUMENT, "unknown command '%s%s%.40s', expected one of %s", above, space,
                   name, known);
}

static bool asks_help(const char *word) { return strcmp(word, "-h") == 0 || strcmp(word, "--help") == 0; }

static const vg_command *find_child(const vg_command *parent, const char *name, vg_made_command *room) {
    const vg_command *child;
    for (int32_t i = 0; (child = vg_command_child(parent, i, room)); i++)
        if (strcmp(child->name, name) == 0) return child;
    return NULL;
}

// Follows names from the front of argv as far as there are children; *used counts them.
static vg_err follow(const vg_command *const *commands, int argc, char **argv, vg_call *call, int *used,
                     vg_diag *diag) {
    const vg_command program = {.children = commands}, *parent = &program;
    for (*used = 0; *used < argc && !asks_help(argv[*used]); (*used)++) {
        if (!parent->children && !parent->child) break;
        const vg_command *found = find_child(parent, argv[*used], &call->made);
        if (!found && call->command && call->command->run) break; // an operand, or a flag
        if (!found) return fail_command(diag, parent, call->name, argv[*used]);
        size_t length = strlen(call->name);
        snprintf(call->name + length, sizeof call->name - length, "%s%s", length ? " " : "", found->name);
        call->command = parent = found;
    }
    return VG_OK;
}

vg_err vg_args_find(const vg_command *const *commands, int argc, char **argv, vg_call *call, vg_diag *diag) {
    int used;
    *call = (vg_call){.help = true};
    vg_err err = follow(commands, argc, argv, call, &used, diag);
    if (!err && used < argc && !asks_help(argv[used]))
        return vg_fail(diag, VG_ERR_ARGUMENT, "'%s' has no command '%.40s'", call->name, argv[used]);
    return err;
}

// --- flags -----------------------------------------------------------------------------------------------

typedef struct parser {
    vg_call *call;
    vg_diag *diag;
    char **argv;
    int argc, at;               // the current word
    vg_list config, set;        // of --config and --set
    uint64_t seen, seen_common; // bits of flags given
    const char **free_room;     // free part of call->room
    int64_t words;              // room for each list
} parser;

typedef struct found {
    const vg_flag *flag;
    void *field;
    uint64_t *seen;
    uint64_t bit;
} found;

static bool find_flag(parser *p, const char *name, size_t length, found *out) {
    const vg_command *command = p->call->command;
    for (int32_t i = 0; i < command->flag_count; i++) {
        const vg_flag *flag = &command->flags[i];
        if (strlen(flag->name) != length || memcmp(flag->name, name, length) != 0) continue;
        *out = (found){flag, (char *)p->call->options + flag->at, &p->seen, UINT64_C(1) << i};
        return true;
    }
    const vg_flag *flag;
    for (int32_t i = 0; (flag = vg_args_common(command, i)); i++) {
        if (strlen(flag->name) != length || memcmp(flag->name, name, length) != 0) continue;
        void *field = flag == &config_flag ? (void *)&p->config
                      : flag == &set_flag  ? (void *)&p->set
                                           : (char *)p->call + flag->at;
        *out = (found){flag, field, &p->seen_common, UINT64_C(1) << i};
        return true;
    }
    return false;
}

static vg_err fail_flag(parser *p, const char *word) {
    const vg_command *command = p->call->command;
    const char *names[80], *name = word + strspn(word, "-");
    char bare[64];
    snprintf(bare, sizeof bare, "%.*s", (int)strcspn(name, "="), name);
    int32_t count = 0;
    for (; count < command->flag_count; count++) names[count] = command->flags[count].name;
    const vg_flag *flag;
    for (int32_t i = 0; (flag = vg_args_common(command, i)); i++) names[count++] = flag->name;
    names[count++] = "help";
    const char *nearest = vg_nearest(bare, names, sizeof *names, count);
    if (nearest)
        return vg_fail(p->diag, VG_ERR_ARGUMENT, "unknown flag '%.60s', did you mean '--%s'?", word, nearest);
    return vg_fail(p->diag, VG_ERR_ARGUMENT, "unknown flag '%.60s'", word);
}

static void range_text(const vg_flag *flag, char text[80]) {
    char least[32], most[32];
    if (flag->most >= 0x1p63)
        snprintf(text, 80, "%s or more", vg_format_double(flag->least, least));
    else
        snprintf(text, 80, "%s to %s", vg_format_double(flag->least, least),
                 vg_format_double(flag->most, most));
}

static vg_err set_choice(const vg_flag *flag, int32_t *field, const char *value, vg_diag *diag) {
    char choice[VG_CHOICE_SIZE], known[VG_CHOICES_SIZE];
    for (int32_t i = 0; vg_flag_choice(flag, i, choice); i++)
        if (strcmp(value, choice) == 0) {
            *field = i;
            return VG_OK;
        }
    vg_flag_choices(flag, known);
    return vg_fail(diag, VG_ERR_ARGUMENT, "--%s: '%.60s' is not a choice, expected %s", flag->name, value,
                   known);
}

// Reads the value of a flag that is neither a switch nor a list.
static vg_err set_value(const vg_flag *flag, void *field, const char *value, vg_diag *diag) {
    char range[80];
    double number;
    int64_t whole;
    switch (flag->type) {
    case VG_FLAG_TEXT: *(const char **)field = value; return VG_OK;
    case VG_FLAG_INT:
        range_text(flag, range);
        if (!vg_parse_int(value, &whole) && vg_parse_double(value, &number) && fabs(number) >= 0x1p63)
            return vg_fail(diag, VG_ERR_ARGUMENT, "--%s: %.60s is out of range, expected %s%s", flag->name,
                           value, range, flag->most >= 0x1p63 ? ", below 2^63" : "");
        if (!vg_parse_int(value, &whole))
            return vg_fail(diag, VG_ERR_ARGUMENT, "--%s: '%.60s' is not a whole number, expected %s",
                           flag->name, value, range);
        if ((double)whole < flag->least || (double)whole > flag->most)
            return vg_fail(diag, VG_ERR_ARGUMENT, "--%s: %.60s is out of range, expected %s", flag->name,
                           value, range);
        *(int64_t *)field = whole;
        return VG_OK;
    case VG_FLAG_DOUBLE:
        range_text(flag, range);
        if (!vg_parse_double(value, &number))
            return vg_fail(diag, VG_ERR_ARGUMENT, "--%s: '%.60s' is not a number, expected %s", flag->name,
                           value, range);
        if (!(number >= flag->least && number <= flag->most))
            return vg_fail(diag, VG_ERR_ARGUMENT, "--%s: %.60s is out of range, expected %s", flag->name,
                           value, range);
        *(double *)field = number;
        return VG_OK;
    case VG_FLAG_CHOICE: return set_choice(flag, field, value, diag);
    case VG_FLAG_SWITCH:
    case VG_FLAG_LIST: break;
    }
    assert(0);
    return VG_OK;
}

// Whether the word is no flag. "-" and a negative number are not flags.
static bool is_value(const char *word) {
    double number;
    return word[0] != '-' || word[1] == 0 || vg_parse_double(word, &number);
}

// A word that stands twice is a slip: nothing says which is meant, or that it counts twice.
static vg_err check_once(const vg_list *list, const char *what, vg_diag *diag) {
    for (int32_t i = 1; i < list->count; i++)
        for (int32_t k = 0; k < i; k++)
            if (strcmp(list->items[i], list->items[k]) == 0)
                return vg_fail(diag, VG_ERR_ARGUMENT, "%s'%.200s' is given twice", what, list->items[i]);
    return VG_OK;
}

// The same of the keys that one --set sets, which are the words from `first` on. (Another --set may override
// them: so a script's settings are followed by those of who calls it.)
static vg_err check_set(const vg_list *set, int32_t first, vg_diag *diag) {
    for (int32_t i = first + 1; i < set->count; i++)
        for (int32_t k = first; k < i; k++) {
            const char *now = set->items[i], *before = set->items[k];
            size_t size = strcspn(now, "=");
            if (now[size] && strncmp(now, before, size + 1) == 0)
                return vg_fail(diag, VG_ERR_ARGUMENT,
                               "--set: '%.*s' is set twice, to '%.60s' and '%.60s'; expected one value",
                               size < 60 ? (int)size : 60, now, before + size + 1, now + size + 1);
        }
    return VG_OK;
}

// Adds the words from p->at on, up to the next flag, to the list.
static vg_err take_list(parser *p, const vg_flag *flag, vg_list *list, const char *attached) {
    int32_t before = list->count;
    if (!list->items) {
        list->items = p->free_room;
        p->free_room += p->words;
    }
    if (attached)
        list->items[list->count++] = attached;
    else
        while (p->at < p->argc && is_value(p->argv[p->at])) list->items[list->count++] = p->argv[p->at++];
    if (list->count == before)
        return vg_fail(p->diag, VG_ERR_ARGUMENT, "--%s needs %s", flag->name, flag->value);
    if (flag == &set_flag) return check_set(list, before, p->diag);
    char what[64];
    snprintf(what, sizeof what, "--%s: ", flag->name);
    return flag->repeats ? VG_OK : check_once(list, what, p->diag);
}

static vg_err take_flag(parser *p) {
    const char *word = p->argv[p->at++], *name = word + 2, *equals = strchr(name, '=');
    size_t length = equals ? (size_t)(equals - name) : strlen(name);
    const char *attached = equals ? equals + 1 : NULL;
    found f;
    if (word[1] != '-' || !find_flag(p, name, length, &f)) return fail_flag(p, word);
    bool again = *f.seen & f.bit;
    *f.seen |= f.bit;
    if (f.field == &p->call->seed) p->call->seed_given = true;
    if (f.flag->type == VG_FLAG_LIST) return take_list(p, f.flag, f.field, attached);
    if (again) return vg_fail(p->diag, VG_ERR_ARGUMENT, "--%s is given twice", f.flag->name);
    if (f.flag->type == VG_FLAG_SWITCH) {
        if (attached) return vg_fail(p->diag, VG_ERR_ARGUMENT, "--%s takes no value", f.flag->name);
        *(bool *)f.field = true;
        return VG_OK;
    }
    if (!attached && p->at < p->argc && is_value(p->argv[p->at])) attached = p->argv[p->at++];
    if (!attached) return vg_fail(p->diag, VG_ERR_ARGUMENT, "--%s needs %s", f.flag->name, f.flag->value);
    return set_value(f.flag, f.field, attached, p->diag);
}

static vg_err set_defaults(parser *p) {
    const vg_command *command = p->call->command;
    for (int32_t i = 0; i < command->flag_count + COMMON; i++) {
        bool own = i < command->flag_count;
        const vg_flag *flag = own ? &command->flags[i] : &common[i - command->flag_count];
        if (!flag->standard) continue;
        char *base = own ? p->call->options : (char *)p->call;
        vg_err err = set_value(flag, base + flag->at, flag->standard, p->diag);
        if (err) return err;
    }
    return VG_OK;
}

static vg_err apply_schema(parser *p) {
    const vg_schema *schema = p->call->command->schema;
    if (!schema) return VG_OK;
    void *into = (char *)p->call->options + p->call->command->config_at;
    vg_config_default(schema, into);
    vg_err err = VG_OK;
    for (int32_t i = 0; i < p->config.count && !err; i++)
        err = vg_config_read(schema, into, p->config.items[i], p->diag);
    for (int32_t i = 0; i < p->set.count && !err; i++) {
        const char *word = p->set.items[i], *equals = strchr(word, '=');
        char key[64];
        if (!equals || equals == word || equals - word >= (ptrdiff_t)sizeof key)
            return vg_fail(p->diag, VG_ERR_ARGUMENT, "--set: '%.60s' is not KEY=VALUE", word);
        snprintf(key, sizeof key, "%.*s", (int)(equals - word), word);
        err = vg_config_set(schema, into, key, equals + 1, "--set", 0, p->diag);
    }
    return err;
}

static vg_err check_counts(parser *p) {
    const vg_command *command = p->call->command;
    int32_t count = p->call->operands.count;
    for (int32_t i = 0; i < command->flag_count; i++)
        if (command->flags[i].required && !(p->seen >> i & 1))
            return vg_fail(p->diag, VG_ERR_ARGUMENT, "--%s %s is missing", command->flags[i].name,
                           command->flags[i].value);
    if (count < command->least_operands)
        return vg_fail(p->diag, VG_ERR_ARGUMENT, "expected 'verge %s %s'", p->call->name, command->synopsis);
    if (command->most_operands >= 0 && count > command->most_operands)
        return vg_fail(p->diag, VG_ERR_ARGUMENT, "'%.60s' is one argument too many",
                       p->call->operands.items[command->most_operands]);
    return VG_OK;
}

// --- outputs that are inputs ------------------------------------------------------------------------------

// Does a word name the file `out`: as it stands, behind "--flag=", or as a setting of an expert
// ("line_follower:log=a.vlog", "so:a.so")?
static bool names_file(const char *word, const char *out) {
    if (vg_file_is_same(word, out)) return true;
    for (const char *at = strpbrk(word, ":=,"); at; at = strpbrk(at + 1, ":=,")) {
        char part[1024];
        size_t length = strcspn(at + 1, ",");
        if (at + 1 == out || length >= sizeof part) continue; // the output's own word
        memcpy(part, at + 1, length);
        part[length] = 0;
        if (vg_file_is_same(part, out)) return true;
    }
    return false;
}

// What --force would replace before, or while, it is read.
static vg_err check_outputs(const parser *p, int used) {
    static const char *const outputs[] = {"out", "log", "record", "junit", "shot", "video"};
    const vg_command *command = p->call->command;
    for (int32_t i = 0; i < command->flag_count; i++) {
        const vg_flag *flag = &command->flags[i];
        bool output = false;
        for (size_t k = 0; k < sizeof outputs / sizeof *outputs; k++)
            output |= strcmp(flag->name, outputs[k]) == 0;
        if (!output || flag->type != VG_FLAG_TEXT) continue;
        const char *out = *(const char **)((char *)p->call->options + flag->at);
        for (int a = used; out && a < p->argc; a++)
            if (p->argv[a] != out && names_file(p->argv[a], out))
                return vg_fail(p->diag, VG_ERR_ARGUMENT,
                               "--%s: '%.200s' is also given as an input, and would be replaced", flag->name,
                               out);
    }
    return VG_OK;
}

static vg_err parse_words(parser *p) {
    vg_call *call = p->call;
    bool flags_over = false;
    vg_err err = set_defaults(p);
    while (!err && p->at < p->argc) {
        const char *word = p->argv[p->at];
        if (!flags_over && strcmp(word, "--") == 0) {
            flags_over = true;
            p->at++;
        } else if (!flags_over && !is_value(word)) {
            err = take_flag(p);
        } else {
            call->operands.items[call->operands.count++] = word;
            p->at++;
        }
    }
    if (!err) err = check_counts(p);
    if (!err && call->command->once) err = check_once(&call->operands, "", p->diag);
    return err ? err : apply_schema(p);
}

vg_err vg_args_parse(const vg_command *const *commands, int argc, char **argv, vg_call *call, vg_diag *diag) {
    *call = (vg_call){0};
    int used;
    vg_err err = follow(commands, argc, argv, call, &used, diag);
    if (err) return err;
    for (int i = used; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (asks_help(argv[i])) call->help = true;
    if (call->help) return VG_OK;
    if (!call->command || !call->command->run)
        return vg_fail(diag, VG_ERR_ARGUMENT, "expected a command behind 'verge%s%s'",
                       call->name[0] ? " " : "", call->name);
    assert(call->command->flag_count <= 64);

    // Makes room for every word in each list that there may be: the operands, --config, --set and the
    // command's own.
    int64_t words = argc - used + 1, lists = 3;
    for (int32_t i = 0; i < call->command->flag_count; i++)
        lists += call->command->flags[i].type == VG_FLAG_LIST;
    call->room = vg_new(const char *, lists *words);
    call->options = vg_alloc(1, call->command->options_size);
    if (!call->room || !call->options) return vg_fail_memory(diag);
    call->operands.items = call->room;
    parser p = {.call = call, .diag = diag, .argv = argv, .argc = argc, .at = used, .words = words};
    p.free_room = call->room + words;
    err = parse_words(&p);
    bool replaces = call->force && !call->command->edits;
    for (int i = used; i < argc && !call->command->edits; i++) replaces |= strcmp(argv[i], "--resume") == 0;
    return !err && replaces ? check_outputs(&p, used) : err;
}

void vg_args_free(vg_call *call) {
    vg_free(call->room);
    vg_free(call->options);
    *call = (vg_call){0};
}

vg_overwrite vg_call_overwrite(const vg_call *call) { return call->force ? VG_REPLACE : VG_KEEP; }
