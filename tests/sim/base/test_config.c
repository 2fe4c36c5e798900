#include "sim/base/config.h"

#include <math.h>
#include <string.h>
#include <unistd.h>

#include "sim/base/hash.h"
#include "tests/check.h"

typedef struct settings {
    bool resume;
    int64_t epochs;
    float rate;
    double margin;
    int32_t optimiser;
    char note[VG_KEY_TEXT_SIZE];
    char tag[VG_KEY_TEXT_SIZE];
} settings;

static const vg_key keys[] = {
    {"resume", VG_KEY_BOOL, offsetof(settings, resume), "", 0, 0, "false", NULL, "go on"},
    {"epochs", VG_KEY_INT, offsetof(settings, epochs), "1", 1, 1e6, "20", NULL, "passes over the data"},
    {"rate", VG_KEY_FLOAT, offsetof(settings, rate), "1", 0.01, 0.1, "0.03", NULL, "learning rate"},
    {"margin", VG_KEY_DOUBLE, offsetof(settings, margin), "m", -5, 5, "0.25", NULL, "room"},
    {"optimiser", VG_KEY_CHOICE, offsetof(settings, optimiser), "", 0, 0, "adam", "sgd|adam|adamw", "method"},
    {"note", VG_KEY_TEXT, offsetof(settings, note), "", 0, 0, "", NULL, "anything"},
    {"tag", VG_KEY_TEXT, offsetof(settings, tag), "", 0, 8, "none", NULL, "a short word"},
};
static vg_diag diag;

typedef struct grouped {
    int64_t rounds;
    struct {
        int64_t batch_size;
        double clip_range;
    } ppo;
} grouped;

#define OWN_KEYS(X) X(rounds, INT, "1", 1, 100, "5", NULL, "of driving")
#define PPO_KEYS(X)                                                                                          \
    X(batch_size, INT, "rows", 1, 1000, "64", NULL, "of one step")                                           \
    X(clip_range, DOUBLE, "1", 0, 1, "0.2", NULL, "of the ratio")
static const vg_key group_keys[] = {
#define X(...) VG_KEY_ROW(grouped, , "", __VA_ARGS__)
    OWN_KEYS(X)
#undef X
#define X(...) VG_KEY_ROW(grouped, ppo., "ppo.", __VA_ARGS__)
        PPO_KEYS(X)
#undef X
};
static const vg_schema group_schema = {"g", group_keys, sizeof group_keys / sizeof *group_keys, NULL};

static vg_err check_text(const vg_key *key, const char *value, vg_diag *why) {
    if (strcmp(key->name, "tag") != 0 || strcmp(value, "bad") != 0) return VG_OK;
    return vg_fail_at(why, VG_ERR_FORMAT, NULL, 0, "inner", "'%s', expected a good one", value);
}
static const vg_schema schema = {"bc", keys, sizeof keys / sizeof *keys, check_text};

static settings s;

static vg_err parse(const char *yaml) {
    return vg_config_parse(&schema, &s, yaml, (int64_t)strlen(yaml), "y.yaml", &diag);
}

static vg_err set(const char *key, const char *value) {
    return vg_config_set(&schema, &s, key, value, "--set", 0, &diag);
}

START_TEST(fills_in_defaults) {
    memset(&s, 0xff, sizeof s);
    vg_config_default(&schema, &s);
    ck_assert(!s.resume && s.epochs == 20 && s.rate == 0.03f && s.margin == 0.25 && s.optimiser == 1);
    ck_assert_str_eq(s.note, "");
    ck_assert_str_eq(s.tag, "none");
    ck_ok(vg_config_check(&schema, &s, &diag));
}
END_TEST

START_TEST(reads_groups_flat_and_nested) {
    static const char *const same[] = {"rounds: 7\nppo.batch_size: 9\nppo.clip_range: 0.5\n",
                                       "rounds: 7\nppo:\n  batch_size: 9\n  clip_range: 0.5\n",
                                       "ppo: {clip_range: 0.5, batch_size: 9}\nrounds: 7\n",
                                       "ppo.clip_range: 0.5\nppo: {batch_size: 9}\nrounds: 7\n"};
    static const struct {
        const char *yaml, *says;
    } bad[] = {
        {"ppo: {batch: 9}\n", "ppo.batch: unknown key of g, did you mean 'ppo.batch_size'?"},
        {"ppo: {batch_size: 9}\nppo.batch_size: 9\n", "y.yaml:2: ppo.batch_size: is given a second time"},
        {"ppo: {batch_size: {deep: 1}}\n", "ppo.batch_size: expected one value, found a mapping"},
        {"ppo: 3\n", "ppo: unknown key of g"},
        {"trpo: {max_kl: 1}\n", "trpo: unknown key of g"},
        {"batch_size: 3\n", "did you mean 'ppo.batch_size'?"},
        {"clip: 3\n", "did you mean 'ppo.clip_range'?"}};
    grouped g;
    for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
        vg_config_default(&group_schema, &g);
        ck_ok(vg_config_parse(&group_schema, &g, same[i], (int64_t)strlen(same[i]), "y.yaml", &diag));
        ck_assert(g.rounds == 7 && g.ppo.batch_size == 9 && g.ppo.clip_range == 0.5);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        ck_fails(
            vg_config_parse(&group_schema, &g, bad[i].yaml, (int64_t)strlen(bad[i].yaml), "y.yaml", &diag),
            VG_ERR_FORMAT, bad[i].says);
}
END_TEST

START_TEST(reads_yaml) {
    vg_config_default(&schema, &s);
    ck_ok(parse("# a comment\nepochs: 7\nrate:   1e-2  # behind\nmargin: -0.5\noptimiser: adamw\n"
                "resume: true\nnote: 'it''s, here: #1'\ntag: \"\\u00e9\"\n"));
    ck_assert(s.resume && s.epochs == 7 && s.rate == 0.01f && s.margin == -0.5 && s.optimiser == 2);
    ck_assert_str_eq(s.note, "it's, here: #1");
    ck_assert_str_eq(s.tag, "\xc3\xa9");
    ck_ok(parse("{epochs: 8, tag: }"));
    ck_assert_int_eq(s.epochs, 8);
    ck_assert_str_eq(s.tag, "");
    ck_ok(parse(""));
    ck_ok(parse("# nothing\n"));
    ck_ok(parse("\xef\xbb\xbfresume: false\n"));
    ck_assert(!s.resume && s.epochs == 8);
}
END_TEST

START_TEST(names_what_is_wrong) {
    vg_config_default(&schema, &s);
    const struct {
        const char *yaml, *says;
    } bad[] = {
        {"epochs: 1\nepoch: 5\n", "y.yaml:2: epoch: unknown key of bc, did you mean 'epochs'?"},
        {"colour: red\n", "expected one of resume, epochs, rate"},
        {"epochs: 60x\n", "y.yaml:1: epochs: '60x' is not a whole number, expected 1..1000000"},
        {"epochs: 1.5\n", "not a whole number"},
        {"epochs: 0\n", "'0' is out of range"},
        {"epochs: 99999999999999999999\n", "not a whole number"},
        {"rate: nan\n", "'nan' is not a number, expected 0.01..0.1"},
        {"rate: .inf\n", "not a number"},
        {"rate: 0.2\n", "out of range"},
        {"margin: 5.0000001\n", "margin: '5.0000001' is out of range, expected -5..5 m"},
        {"margin: 0x1\n", "not a number"},
        {"margin: \n", "'' is not a number"},
        {"resume: yes\n", "'yes' is neither true nor false, expected true|false"},
        {"optimiser: ada\n", "'ada' is not one of the choices, expected sgd|adam|adamw"},
        {"optimiser: 'adam|adamw'\n", "not one of the choices"},
        {"tag: ninebytes\n", "'ninebytes' is too long, expected up to 8 bytes"},
        {"note: \"a\\nb\"\n", "not printable UTF-8"},
        {"note: \"a\\0b\"\n", "zero byte"},
        {"epochs: 1\n\nepochs: 2\n", "y.yaml:3: epochs: is given a second time"},
        {"epochs:\n  deep: 1\n", "y.yaml:2: epochs: expected one value, found a mapping"},
        {"epochs: [1, 2]\n", "found a list"},
        {"rate: &a 0.05\n", "anchors are not taken"},
        {"rate: *a\n", "found an alias"},
        {"*a : 1\n", "found an alias"},
        {"? [a]\n: 1\n", "expected a key, found a list"},
        {"<<: {epochs: 1}\n", "unknown key"},
        {"rate: !!float 0.05\n", "tags are not taken"},
        {"!!map {rate: 0.05}\n", "tags are not taken"},
        {"&a {rate: 0.05}\n", "anchors are not taken"},
        {"- 1\n", "expected 'key: value' lines"},
        {"epochs\n", "expected 'key: value' lines"},
        {"epochs: 1\n---\nepochs: 2\n", "y.yaml:2: a second document"},
        {"epochs: 1\nrate\nmargin: 1\n", "y.yaml:3: is not YAML"},
        {"epochs: 'open\n", "is not YAML"},
        {"\tepochs: 1\n", "is not YAML"},
        {"note: \xff\n", "is not YAML: byte 6"},
        {"note: \x01\n", "is not YAML"},
        {"%YAML 9.9\n---\nepochs: 1\n", "is not YAML"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        ck_fails(parse(bad[i].yaml), VG_ERR_FORMAT, bad[i].says);
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

typedef struct roads {
    char names[VG_KEY_LIST_SIZE];
} roads;
static const vg_key list_keys[] = {
    {"names", VG_KEY_LIST, offsetof(roads, names), "", 0, 0, "a, b", NULL, "some names"}};
static const vg_schema lists = {"lists", list_keys, 1, NULL};

static vg_err parse_list(roads *r, const char *yaml, vg_diag *diag) {
    return vg_config_parse(&lists, r, yaml, (int64_t)strlen(yaml), "f.yaml", diag);
}

START_TEST(reads_lists) {
    roads r;
    char item[VG_KEY_TEXT_SIZE];
    vg_diag diag = {0};
    vg_config_default(&lists, &r);
    ck_assert(vg_config_item(r.names, 1, item) && !vg_config_item(r.names, 2, item));
    ck_assert_str_eq(item, "b");
    ck_assert_int_eq(parse_list(&r, "names: [x, 'y z', seeds 1..3]\n", &diag), VG_OK);
    ck_assert_str_eq(r.names, "x, y z, seeds 1..3");
    ck_assert(vg_config_item(r.names, 1, item));
    ck_assert_str_eq(item, "y z");
    ck_assert_int_eq(parse_list(&r, "names:\n  - p\n  - q\n", &diag), VG_OK);
    ck_assert_str_eq(r.names, "p, q");
    ck_assert_int_eq(parse_list(&r, "names: one\n", &diag), VG_OK);
    ck_assert_str_eq(r.names, "one");
    ck_assert_int_eq(parse_list(&r, "names: []\n", &diag), VG_OK);
    ck_assert(!vg_config_item(r.names, 0, item));
    const char *holed[] = {"names: 'a,,b'\n", "names: 'a, '\n", "names: ',a'\n", "names: [a, '']\n",
                           "names: ['']\n"};
    for (int i = 0; i < 5; i++) {
        ck_assert_int_eq(parse_list(&r, holed[i], &diag), VG_ERR_FORMAT);
        ck_assert(strstr(diag.text, "empty item"));
    }
    vg_text text = {0};
    ck_assert_int_eq(parse_list(&r, "names: [x, y]\n", &diag), VG_OK);
    vg_config_write_yaml(&lists, &r, &text);
    ck_assert_str_eq(text.bytes, "names: \"x, y\"\n");
    vg_text_free(&text);
    static const char *const wrong[] = {"names: [[a]]\n",  "names: ['a,b']\n", "names: [a, &x b]\n",
                                        "names: {a: b}\n", "names: [a\n",      "names: &x [a]\n"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        ck_assert_int_eq(parse_list(&r, wrong[i], &diag), VG_ERR_FORMAT);
        ck_assert_str_eq(diag.file, "f.yaml");
        ck_assert_int_ge(diag.line, 1);
    }
}
END_TEST

// An item is whole or refused: 255 bytes, without the blanks around it.
START_TEST(cuts_no_item) {
    roads r;
    char item[VG_KEY_TEXT_SIZE], text[1200];
    vg_diag why = {0};
    vg_config_default(&lists, &r);
    for (int length = 254; length <= 257; length++) {
        snprintf(text, sizeof text, "a,   %0*d   , b", length, 7);
        vg_err err = vg_config_set(&lists, &r, "names", text, "--set", 0, &why);
        ck_assert_int_eq(err, length <= 255 ? VG_OK : VG_ERR_FORMAT);
        if (err) ck_assert_msg(strstr(why.text, "has an item of more than 255 bytes"), "%s", why.text);
        if (!err)
            ck_assert(vg_config_item(r.names, 1, item) && (int)strlen(item) == length &&
                      item[length - 1] == '7');
    }
}
END_TEST

START_TEST(takes_settings) {
    vg_config_default(&schema, &s);
    ck_ok(set("epochs", "3"));
    ck_ok(set("note", "a: b # c"));
    ck_assert_int_eq(s.epochs, 3);
    ck_assert_str_eq(s.note, "a: b # c");
    ck_fails(set("epcohs", "3"), VG_ERR_FORMAT, "--set: epcohs: unknown key of bc, did you mean 'epochs'?");
    ck_fails(set("rate", "0.11"), VG_ERR_FORMAT, "--set: rate: '0.11' is out of range");
    ck_ok(set("rate", "0.01")); // 0.01f lies below 0.01
    ck_ok(vg_config_check(&schema, &s, &diag));
}
END_TEST

START_TEST(says_where_a_text_is_bad) {
    ck_fails(parse("note: bad\ntag: bad\n"), VG_ERR_FORMAT, "y.yaml:2: tag: 'bad', expected a good one");
    ck_fails(set("tag", "bad"), VG_ERR_FORMAT, "--set: tag: 'bad', expected a good one");
    ck_ok(set("tag", "good"));
}
END_TEST

START_TEST(checks_structs_filled_by_hand) {
    vg_config_default(&schema, &s);
    s.rate = NAN;
    ck_fails(vg_config_check(&schema, &s, &diag), VG_ERR_ARGUMENT,
             "rate: bc's value 'nan', expected 0.01..0.1");
    s.rate = 0.1f;
    s.optimiser = 3;
    ck_fails(vg_config_check(&schema, &s, &diag), VG_ERR_ARGUMENT, "optimiser");
    s.optimiser = -1;
    ck_fails(vg_config_check(&schema, &s, &diag), VG_ERR_ARGUMENT, "optimiser");
    s.optimiser = 0;
    memset(s.note, 'x', sizeof s.note); // no end
    ck_fails(vg_config_check(&schema, &s, &diag), VG_ERR_ARGUMENT, "note");
    s.note[255] = 0;
    ck_ok(vg_config_check(&schema, &s, &diag));
}
END_TEST

START_TEST(writes_what_it_reads) {
    vg_config_default(&schema, &s);
    ck_ok(set("note", "\"quoted\" \\ back: #1 - caf\xc3\xa9"));
    ck_ok(set("tag", "true"));
    ck_ok(set("margin", "0.1"));
    ck_ok(set("resume", "true"));
    vg_text text = {0};
    vg_config_write_yaml(&schema, &s, &text);
    ck_assert(!text.failed);
    ck_assert_ptr_nonnull(
        strstr(text.bytes, "resume: true\nepochs: 20\nrate: 0.03\nmargin: 0.1\noptimiser: adam\n"));
    ck_assert_ptr_nonnull(strstr(text.bytes, "tag: \"true\"\n"));
    settings first = s;
    vg_config_default(&schema, &s);
    ck_ok(parse(text.bytes));
    ck_assert_int_eq(memcmp(&first.epochs, &s.epochs, sizeof s - offsetof(settings, epochs)), 0);
    vg_text_free(&text);
}
END_TEST

// A newer choice is written where it says something else than before.
START_TEST(leaves_out_newer_choices_at_their_default) {
    static const vg_key newer[] = {{"optimiser", VG_KEY_CHOICE, offsetof(settings, optimiser), "", 0,
                                    VG_CHOICE_NEWER, "adam", "sgd|adam|adamw", "method"}};
    static const vg_schema one = {"newer", newer, 1, NULL};
    vg_text text = {0};
    vg_config_default(&one, &s);
    vg_config_write_yaml(&one, &s, &text);
    ck_assert_int_eq(text.size, 0);
    ck_ok(vg_config_set(&one, &s, "optimiser", "adamw", "--set", 0, &diag));
    vg_config_write_yaml(&one, &s, &text);
    ck_assert_str_eq(text.bytes, "optimiser: adamw\n");
    vg_text_free(&text);
}
END_TEST

START_TEST(explains_itself) {
    vg_text text = {0};
    vg_config_help(&schema, &text);
    ck_assert_ptr_nonnull(
        strstr(text.bytes, "  key        type    unit  range            default  meaning\n"));
    ck_assert_ptr_nonnull(strstr(text.bytes, "  margin     double  m     -5..5            0.25     room\n"));
    ck_assert_ptr_nonnull(strstr(text.bytes, "  note       text          up to 255 bytes  \"\""));
    vg_text_free(&text);
}
END_TEST

static vg_err read_file(const void *bytes, int64_t size) {
    char path[] = "/tmp/verge-test-config-XXXXXX";
    close(mkstemp(path));
    ck_ok(vg_file_write(path, bytes, size, VG_REPLACE, &diag));
    vg_err err = vg_config_read(&schema, &s, path, &diag);
    unlink(path);
    return err;
}

START_TEST(reads_files) {
    vg_config_default(&schema, &s);
    ck_ok(read_file("epochs: 9\n", 10));
    ck_assert_int_eq(s.epochs, 9);
    ck_fails(vg_config_read(&schema, &s, "/nowhere/y.yaml", &diag), VG_ERR_NOT_FOUND,
             "/nowhere/y.yaml: no such file");
    int64_t size = (1 << 20) + 1;
    char *comments = vg_new(char, size);
    memset(comments, '#', (size_t)size);
    ck_ok(read_file(comments, size - 1));
    ck_fails(read_file(comments, size), VG_ERR_FORMAT, "expected at most 1048576");
    vg_free(comments);
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

START_TEST(outlives_bombs_and_garbage) {
    vg_config_default(&schema, &s);
    ck_fails(parse("a: &a [x,x,x,x]\nb: &b [*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b]\n"), VG_ERR_FORMAT,
             "unknown key");
    ck_fails(parse("note: &a [x,x,x,x]\ntag: [*a,*a]\n"), VG_ERR_FORMAT, "found a list");
    char *deep = vg_new(char, 200001);
    memset(deep, '[', 200000);
    ck_assert_int_eq(parse(deep), VG_ERR_FORMAT);
    memset(deep, '{', 200000);
    ck_assert_int_eq(parse(deep), VG_ERR_FORMAT);
    memset(deep, '?', 200000);
    ck_assert_int_eq(parse(deep), VG_ERR_FORMAT);
    vg_free(deep);
    // Good text with bytes overwritten or cut: the parser must answer, and any answer is fine.
    static const char good[] = "resume: true\nepochs: 7\nrate: 0.05\nnote: \"a\\u00e9\"\ntag: |\n  x\n";
    static const char odd[] = "\0\n\t :-?[]{}&*!|>'\"%@`#,\\\xff\xc3\xa9z9";
    for (int64_t i = 0; i < 20000; i++) {
        char text[sizeof good];
        memcpy(text, good, sizeof good);
        uint64_t bits = vg_hash_int(0, &i, 1);
        for (int k = 0; k < 1 + (int)(bits & 3); k++) {
            uint64_t more = vg_hash_int(bits, &(int64_t){k}, 1);
            text[more % (sizeof good - 1)] = odd[(more >> 32) % (sizeof odd - 1)];
        }
        int64_t size = (int64_t)(bits >> 40) % (int64_t)sizeof good;
        vg_err err =
            vg_config_parse(&schema, &s, text, bits & 4 ? size : (int64_t)sizeof good - 1, "g", &diag);
        ck_assert(err == VG_OK || err == VG_ERR_FORMAT);
        ck_ok(vg_config_check(&schema, &s, &diag));
    }
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

START_TEST(survives_missing_memory) {
    vg_config_default(&schema, &s);
    vg_memory_fail_after(1);
    ck_fails(parse("epochs: 1\n"), VG_ERR_MEMORY, "out of memory");
    vg_memory_fail_never();
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

CK_MAIN("config", reads_groups_flat_and_nested, fills_in_defaults, reads_yaml, names_what_is_wrong,
        reads_lists, cuts_no_item, takes_settings, says_where_a_text_is_bad, checks_structs_filled_by_hand,
        writes_what_it_reads, leaves_out_newer_choices_at_their_default, explains_itself, reads_files,
        outlives_bombs_and_garbage, survives_missing_memory)
