#include "app/cli/args.h"

#include <string.h>
#include <unistd.h>

#include "tests/check.h"
#include "tests/out_of_memory.h"

typedef struct recipe {
    int64_t epochs;
    char note[VG_KEY_TEXT_SIZE];
} recipe;

static const vg_key recipe_keys[] = {
    {"epochs", VG_KEY_INT, offsetof(recipe, epochs), "1", 1, 100, "20", NULL, "passes"},
    {"note", VG_KEY_TEXT, offsetof(recipe, note), "", 0, 0, "", NULL, "anything"},
};
static const vg_schema recipe_schema = {"bc", recipe_keys, 2, NULL};

typedef struct options {
    bool quick;
    const char *out;
    vg_list logs, roads;
    int64_t starts;
    double spread;
    int32_t kind;
    recipe recipe;
} options;

#define AT(field) offsetof(options, field)
static const vg_flag flags[] = {
    {"quick", VG_FLAG_SWITCH, AT(quick), .help = "hurry"},
    {"out", VG_FLAG_TEXT, AT(out), "POLICY", .required = true, .help = "where to"},
    {"logs", VG_FLAG_LIST, AT(logs), "LOG", .help = "what from"},
    {"roads", VG_FLAG_LIST, AT(roads), "ROAD", .help = "where", .repeats = true},
    {"starts", VG_FLAG_INT, AT(starts), "N", 1, 1000, "16", .help = "how many"},
    {"spread", VG_FLAG_DOUBLE, AT(spread), "M", -5, 5, "0.3", .help = "how wide"},
    {"kind", VG_FLAG_CHOICE, AT(kind), "KIND", 0, 0, "svg", "png|svg", .help = "how drawn"},
};

static vg_err nothing(const vg_call *call, int *status, vg_diag *diag) {
    (void)call, (void)status, (void)diag;
    return VG_OK;
}

static const vg_command bc = {.name = "bc",
                              .summary = "clone",
                              .synopsis = "[FILE...] --out POLICY",
                              VG_FLAGS(flags),
                              .options_size = sizeof(options),
                              .most_operands = -1,
                              .once = true,
                              .takes = VG_TAKES_SEED | VG_TAKES_FORCE,
                              .schema = &recipe_schema,
                              .config_at = AT(recipe),
                              .run = nothing};
static const vg_command *const learners[] = {&bc, NULL};
static const vg_command train = {.name = "train", .summary = "learn", .children = learners};
static const vg_command info = {.name = "info",
                                .summary = "what a file is",
                                .synopsis = "FILE",
                                .least_operands = 1,
                                .most_operands = 1,
                                .takes = VG_TAKES_JSON,
                                .run = nothing};
static const vg_command score = {.name = "score", .summary = "the scorer", .run = nothing};
static const vg_command bench = {.name = "bench",
                                 .summary = "how fast",
                                 .synopsis = "[PIECE...]",
                                 .most_operands = -1,
                                 .children = (const vg_command *const[]){&score, NULL},
                                 .run = nothing};

// Commands from a table: 'read a' and 'read b', each with a choice of the same.
static const char *const table[] = {"a", "b", NULL};
static const char *letter(int32_t i) { return table[i]; }
static const vg_flag letter_flags[] = {
    {"to", VG_FLAG_CHOICE, 0, "LETTER", .standard = "a", .choice = letter, .help = "which"}};
static bool read_letter(int32_t i, vg_made_command *out) {
    if (!table[i]) return false;
    out->flags[0] = letter_flags[0];
    out->command = (vg_command){.name = table[i],
                                .summary = i ? "second" : "first",
                                .synopsis = "FILE",
                                .flags = out->flags,
                                .flag_count = 1,
                                .options_size = sizeof(int32_t),
                                .most_operands = 1,
                                .run = nothing};
    return true;
}
static void list_letters(vg_text *out) { vg_text_add(out, "letters: a, b\n"); }
static const vg_command reads = {
    .name = "read", .summary = "letters", .details = "Reads.", .more = list_letters, .child = read_letter};
static const vg_command *const commands[] = {&train, &info, &bench, &reads, NULL};

static vg_diag diag;
static vg_call call;

// Parses arguments given as one text, split at blanks.
static vg_err parse(const char *line) {
    static char text[1000], *argv[100];
    int argc = 0;
    vg_args_free(&call);
    snprintf(text, sizeof text, "%s", line);
    for (char *word = strtok(text, " "); word; word = strtok(NULL, " ")) argv[argc++] = word;
    return vg_args_parse(commands, argc, argv, &call, &diag);
}

static const options *given(void) { return call.options; }

START_TEST(fills_in_options) {
    ck_ok(parse(
        "train bc a.vlog --out p --logs x y --starts=5 b.vlog --spread -1.5 --quick --kind png --seed 7"));
    ck_assert_ptr_eq(call.command, &bc);
    ck_assert_str_eq(call.name, "train bc");
    ck_assert(given()->quick && given()->starts == 5 && given()->spread == -1.5 && given()->kind == 0);
    ck_assert_str_eq(given()->out, "p");
    ck_assert_int_eq(given()->logs.count, 2);
    ck_assert_str_eq(given()->logs.items[1], "y");
    ck_assert_int_eq(call.operands.count, 2);
    ck_assert_str_eq(call.operands.items[1], "b.vlog");
    ck_assert(call.seed == 7 && !call.force && vg_call_overwrite(&call) == VG_KEEP);
}
END_TEST

START_TEST(words_that_may_stand_twice) {
    ck_ok(parse("train bc --out p --roads a a --roads a"));
    ck_assert_int_eq(given()->roads.count, 3);
    ck_ok(parse("bench motion motion"));
    ck_assert_int_eq(call.operands.count, 2);
}
END_TEST

START_TEST(runs_beside_children) {
    ck_ok(parse("bench score"));
    ck_assert(call.command == &score && call.operands.count == 0);
    ck_assert_str_eq(call.name, "bench score");
    ck_ok(parse("bench motion score"));
    ck_assert(call.command == &bench && call.operands.count == 2);
    ck_assert_str_eq(call.name, "bench");
    ck_ok(parse("bench"));
    ck_assert_ptr_eq(call.command, &bench);
    vg_args_free(&call);
    char *path[] = {"bench", "motion"};
    ck_assert_int_eq(vg_args_find(commands, 2, path, &call, &diag), VG_ERR_ARGUMENT);
}
END_TEST

START_TEST(commands_and_choices_come_from_tables) {
    ck_ok(parse("read b file --to b"));
    ck_assert_str_eq(call.name, "read b");
    ck_assert_str_eq(call.command->summary, "second");
    ck_assert(call.operands.count == 1 && *(int32_t *)call.options == 1);
    ck_ok(parse("read a"));
    ck_assert(*(int32_t *)call.options == 0);
    ck_fails(parse("read c"), VG_ERR_ARGUMENT, "unknown command 'read c'");
    ck_fails(parse("read zebra"), VG_ERR_ARGUMENT, "unknown command 'read zebra', expected one of a, b");
    ck_fails(parse("read"), VG_ERR_ARGUMENT, "expected a command behind 'verge read'");
    ck_fails(parse("read a --to c"), VG_ERR_ARGUMENT, "--to: 'c' is not a choice, expected a|b");
    vg_args_free(&call);
    char *path[] = {"read", "b"};
    ck_ok(vg_args_find(commands, 2, path, &call, &diag));
    ck_assert_str_eq(call.command->name, "b");
    vg_text text = {0};
    vg_help_command(&reads, "read", &text);
    ck_assert_ptr_nonnull(strstr(text.bytes, "Reads.\n\nletters: a, b\n"));
    ck_assert_ptr_nonnull(strstr(text.bytes, "commands:\n  a  first\n  b  second\n"));
    vg_text_free(&text);
    vg_help_command(call.command, call.name, &text);
    ck_assert_ptr_nonnull(strstr(text.bytes, "--to LETTER  which (a|b; default a)"));
    vg_text_free(&text);
    vg_man_command(&reads, "read", &text);
    ck_assert_ptr_nonnull(strstr(text.bytes, "letters: a, b"));
    ck_assert_ptr_nonnull(strstr(text.bytes, "verge\\-read\\-b"));
    vg_text_free(&text);
}
END_TEST

START_TEST(knows_defaults) {
    ck_ok(parse("train bc --out p --force"));
    ck_assert(!given()->quick && given()->starts == 16 && given()->spread == 0.3 && given()->kind == 1);
    ck_assert(given()->logs.count == 0 && call.operands.count == 0 && call.seed == 1 && call.threads == 0);
    ck_assert_int_eq(given()->recipe.epochs, 20);
    ck_assert(vg_call_overwrite(&call) == VG_REPLACE);
}
END_TEST

START_TEST(lists_come_in_pieces) {
    ck_ok(parse("train bc --logs a b --roads r --logs c --out p --logs=--odd --roads s - -1 -- --q -h"));
    ck_assert_int_eq(given()->logs.count, 4);
    ck_assert_str_eq(given()->logs.items[0], "a");
    ck_assert_str_eq(given()->logs.items[2], "c");
    ck_assert_str_eq(given()->logs.items[3], "--odd");
    ck_assert_int_eq(given()->roads.count, 4);
    ck_assert_str_eq(given()->roads.items[3], "-1");
    ck_assert_int_eq(call.operands.count, 2);
    ck_assert_str_eq(call.operands.items[0], "--q");
    ck_assert(!call.help);
}
END_TEST

START_TEST(names_what_is_wrong) {
    const struct {
        const char *line, *says;
    } bad[] = {
        {"", "expected a command behind 'verge'"},
        {"train", "expected a command behind 'verge train'"},
        {"tarin bc", "unknown command 'tarin', did you mean 'train'?"},
        {"fly", "unknown command 'fly', expected one of train, info"},
        {"train cb", "unknown command 'train cb', did you mean 'train bc'?"},
        {"train bc --ot p", "unknown flag '--ot', did you mean '--out'?"},
        {"train bc --colour", "unknown flag '--colour'"},
        {"train bc --json", "unknown flag '--json'"},
        {"train bc -q", "unknown flag '-q'"},
        {"train bc ---out p", "unknown flag"},
        {"train bc", "--out POLICY is missing"},
        {"train bc --out", "--out needs POLICY"},
        {"train bc --out --quick", "--out needs POLICY"},
        {"train bc --out p --logs", "--logs needs LOG"},
        {"train bc --out p --out q", "--out is given twice"},
        {"train bc --out p --quick=1", "--quick takes no value"},
        {"train bc --out p --starts 60x", "--starts: '60x' is not a whole number, expected 1 to 1000"},
        {"train bc --out p --starts 0", "--starts: 0 is out of range, expected 1 to 1000"},
        {"train bc --out p --spread nan", "--spread: 'nan' is not a number, expected -5 to 5"},
        {"train bc --out p --spread 5.1", "--spread: 5.1 is out of range"},
        {"train bc --out p --kind pn", "--kind: 'pn' is not a choice, expected png|svg"},
        {"train bc --out p --seed -1", "--seed: -1 is out of range, expected 0 or more"},
        {"train bc --out p --seed 18446744073709551615",
         "--seed: 18446744073709551615 is out of range, expected 0 or more, below 2^63"},
        {"train bc --out p --starts 99999999999999999999", "is out of range, expected 1 to 1000"},
        {"train bc --out p --set epochs", "--set: 'epochs' is not KEY=VALUE"},
        {"train bc --out p --set =1", "--set: '=1' is not KEY=VALUE"},
        {"train bc --out p --set note=a --set epochs=1 note=b epochs=3",
         "--set: 'epochs' is set twice, to '1' and '3'; expected one value"},
        {"train bc --out p --set epochs=1 epochs=1", "--set: 'epochs' is set twice"},
        {"train bc --out p --logs a b --logs a", "--logs: 'a' is given twice"},
        {"train bc --out p --config a a", "--config: 'a' is given twice"},
        {"train bc --out p f g f", "'f' is given twice"},
        {"info", "expected 'verge info FILE'"},
        {"info a b", "'b' is one argument too many"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        ck_fails(parse(bad[i].line), VG_ERR_ARGUMENT, bad[i].says);
    vg_args_free(&call);
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

START_TEST(configures) {
    char path[] = "/tmp/verge-test-args-XXXXXX", line[200];
    close(mkstemp(path));
    ck_ok(vg_file_write(path, "epochs: 5\nnote: file\n", 21, VG_REPLACE, &diag));
    snprintf(line, sizeof line, "train bc --set note=a=b epochs=7 --config %s --out p", path);
    ck_ok(parse(line));
    ck_assert_int_eq(given()->recipe.epochs, 7);
    ck_assert_str_eq(given()->recipe.note, "a=b");
    snprintf(line, sizeof line, "train bc --config %s --out p", path);
    ck_ok(parse(line));
    ck_assert_int_eq(given()->recipe.epochs, 5);
    ck_ok(parse("train bc --out p --set note=a epochs=1 --set epochs=3"));
    ck_assert(given()->recipe.epochs == 3 && strcmp(given()->recipe.note, "a") == 0);
    ck_fails(parse("train bc --out p --set epcohs=1"), VG_ERR_FORMAT, "did you mean 'epochs'?");
    ck_fails(parse("train bc --out p --set epochs=101"), VG_ERR_FORMAT,
             "--set: epochs: '101' is out of range");
    ck_fails(parse("train bc --out p --config none.yaml"), VG_ERR_NOT_FOUND, "none.yaml");
    unlink(path);
}
END_TEST

START_TEST(helps) {
    ck_ok(parse("train --help"));
    ck_assert(call.help && call.command == &train);
    ck_ok(parse("train bc --bad --starts x -h"));
    ck_assert(call.help && call.command == &bc);
    char *path[] = {"train", "bc", "deep"};
    ck_ok(vg_args_find(commands, 2, path, &call, &diag));
    ck_assert(call.command == &bc);
    ck_fails(vg_args_find(commands, 3, path, &call, &diag), VG_ERR_ARGUMENT,
             "'train bc' has no command 'deep'");
    vg_text text = {0};
    vg_help_command(&bc, "train bc", &text);
    ck_assert_ptr_nonnull(strstr(text.bytes, "usage: verge train bc [FILE...] --out POLICY\n"));
    ck_assert_ptr_nonnull(strstr(text.bytes, "  --out POLICY        where to (required)\n"));
    ck_assert_ptr_nonnull(strstr(text.bytes, "  --logs LOG...       what from\n"));
    ck_assert_ptr_nonnull(strstr(text.bytes, "  --starts N          how many (1 to 1000; default 16)\n"));
    ck_assert_ptr_nonnull(strstr(text.bytes, "  --kind KIND         how drawn (png|svg; default svg)\n"));
    ck_assert_ptr_nonnull(
        strstr(text.bytes, "  --seed N            same seed, same bits (0 or more; default 1)\n"));
    ck_assert_ptr_nonnull(strstr(text.bytes, "  --set KEY=VALUE..."));
    ck_assert_ptr_nonnull(strstr(text.bytes, "epochs  int"));
    ck_assert_ptr_null(strstr(text.bytes, "--json"));
    vg_text_free(&text);
    vg_help_program(commands, &text);
    ck_assert_ptr_nonnull(strstr(text.bytes, "  train  learn\n  info   what a file is\n"));
    vg_text_free(&text);
}
END_TEST

START_TEST(survives_missing_memory) {
    for (oom turn = {.diag = &diag}; oom_next(&turn);) {
        turn.err = parse("train bc --out p --logs a b");
        vg_args_free(&call);
    }
}
END_TEST

CK_MAIN("args", fills_in_options, words_that_may_stand_twice, runs_beside_children,
        commands_and_choices_come_from_tables, knows_defaults, lists_come_in_pieces, names_what_is_wrong,
        configures, helps, survives_missing_memory)
