#include "sim/base/xml_read.h"

#include <string.h>

#include "tests/check.h"
#include "tests/out_of_memory.h"

static vg_diag diag;

static vg_err parse(const char *text, vg_xml *out) {
    return vg_xml_parse(text, (int64_t)strlen(text), "f.xml", out, &diag);
}

START_TEST(gives_a_tree) {
    vg_xml xml;
    ck_ok(parse(
        "<?xml version='1.0'?>\n<a k='1' x:l='&lt;2'>\n <b> one &amp;\n two </b><!-- c --><p:c><b/></p:c>"
        "<b><![CDATA[<3>]]></b>\n</a>\n",
        &xml));
    const vg_xml_node *a = xml.root, *b = vg_xml_child(a, "b"), *c = vg_xml_child(a, "c");
    ck_assert_str_eq(a->name, "a");
    ck_assert_str_eq(a->text, "");
    ck_assert_ptr_null(a->parent);
    ck_assert_int_eq(a->line, 2);
    ck_assert_str_eq(vg_xml_get(a, "k"), "1");
    ck_assert_str_eq(vg_xml_get(a, "l"), "<2");
    ck_assert_ptr_null(vg_xml_get(a, "m"));
    ck_assert_str_eq(b->text, "one &\n two");
    ck_assert_int_eq(b->line, 3);
    ck_assert_ptr_eq(b->parent, a);
    ck_assert_ptr_eq(b->next, c);
    const vg_xml_node *last = vg_xml_next(b, "b");
    ck_assert_str_eq(last->text, "<3>");
    ck_assert_ptr_null(vg_xml_next(last, "b"));
    ck_assert_ptr_eq(vg_xml_find(a, "b", NULL), b);
    ck_assert_ptr_eq(vg_xml_find(a, "b", b), c->child);
    ck_assert_ptr_eq(vg_xml_find(a, "b", c->child), last);
    ck_assert_ptr_null(vg_xml_find(a, "b", last));
    ck_assert_ptr_null(vg_xml_find(c, "b", c->child));
    vg_xml_free(&xml);
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

START_TEST(gives_numbers) {
    vg_xml xml;
    double value;
    ck_ok(parse("<a x='1.5e2' bad='1,5'>\n<b>-2</b><c/></a>", &xml));
    ck_ok(vg_xml_double(&xml, xml.root, "x", &value, &diag));
    ck_assert(value == 150);
    ck_ok(vg_xml_double(&xml, xml.root->child, NULL, &value, &diag));
    ck_assert(value == -2);
    ck_ok(vg_xml_double_or(&xml, xml.root, "y", 7, &value, &diag));
    ck_assert(value == 7);
    ck_fails(vg_xml_double(&xml, xml.root, "y", &value, &diag), VG_ERR_FORMAT, "f.xml:1: y: missing in <a>");
    ck_fails(vg_xml_double_or(&xml, xml.root, "bad", 7, &value, &diag), VG_ERR_FORMAT,
             "f.xml:1: bad: '1,5' in <a>; expected a finite number");
    ck_fails(vg_xml_double(&xml, vg_xml_child(xml.root, "c"), NULL, &value, &diag), VG_ERR_FORMAT,
             "f.xml:2: c: ''");
    vg_xml_free(&xml);
}
END_TEST

START_TEST(refuses_what_is_not_well_formed) {
    vg_xml xml;
    ck_fails(parse("<a>\n<b></a>", &xml), VG_ERR_FORMAT, "f.xml:2: not well-formed XML: mismatched tag");
    ck_assert_ptr_null(xml.root);
    ck_fails(parse("<a>", &xml), VG_ERR_FORMAT, "no element found");
    ck_fails(parse("", &xml), VG_ERR_FORMAT, "no element found");
    ck_fails(parse("<a>&nothing;</a>", &xml), VG_ERR_FORMAT, "undefined entity");
    char deep[4 * VG_XML_DEEPEST + 8] = "";
    for (int i = 0; i <= VG_XML_DEEPEST; i++) strcat(deep, "<a>");
    ck_fails(parse(deep, &xml), VG_ERR_FORMAT, "over 100 elements inside each other");
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

// A small file must not become a huge one, and no other file is read.
START_TEST(takes_no_entities) {
    vg_xml xml;
    ck_fails(parse("<!DOCTYPE a [\n<!ENTITY b 'bbbb'>\n<!ENTITY c '&b;&b;'>]><a>&c;</a>", &xml),
             VG_ERR_FORMAT, "f.xml:2: the entity 'b' is declared; expected XML without entities");
    ck_fails(parse("<!DOCTYPE a [<!ENTITY % b '<!ENTITY c \"d\">'>%b;]><a>&c;</a>", &xml), VG_ERR_FORMAT,
             "the entity 'b' is declared");
    ck_ok(
        parse("<!DOCTYPE a SYSTEM 'a.dtd' [<!ENTITY b SYSTEM '/etc/passwd'>]><a>1&b;&c;2<d>3</d></a>", &xml));
    ck_assert_str_eq(xml.root->text, "12");
    ck_assert_str_eq(vg_xml_child(xml.root, "d")->text, "3");
    vg_xml_free(&xml);
}
END_TEST

// Larger than a block and than the parts that are given to expat.
START_TEST(reads_large_files) {
    enum { COUNT = 100000, LONG = 200000 };
    char *text = malloc(40 * COUNT + LONG + 100), *at = text;
    at += sprintf(at, "<a>");
    for (int i = 0; i < COUNT; i++) at += sprintf(at, "<b n='%d'>%d</b>\n", i, 2 * i);
    at += sprintf(at, "<c>");
    memset(at, 'x', LONG);
    sprintf(at + LONG, "</c></a>");
    vg_xml xml;
    ck_ok(parse(text, &xml));
    int i = 0;
    const vg_xml_node *node = vg_xml_child(xml.root, "b");
    for (double value; node; node = vg_xml_next(node, "b"), i++) {
        ck_ok(vg_xml_double(&xml, node, NULL, &value, &diag));
        ck_assert(value == 2 * i);
        ck_assert_int_eq(node->line, i + 1);
    }
    ck_assert_int_eq(i, COUNT);
    ck_assert_uint_eq(strlen(vg_xml_child(xml.root, "c")->text), LONG);
    vg_xml_free(&xml);
    free(text);
}
END_TEST

START_TEST(survives_lack_of_memory) {
    for (oom turn = {.least = 3, .diag = &diag}; oom_next(&turn);) {
        vg_xml xml;
        turn.err = parse("<a b='c'>text<d>more</d><e f='g'/></a>", &xml);
        vg_xml_free(&xml);
    }
}
END_TEST

START_TEST(knows_a_root) {
#define BEGINS(text, root) vg_xml_begins(text, (int64_t)strlen(text), root)
    ck_assert(BEGINS("\xEF\xBB\xBF<?xml version='1.0'?>\n<!-- <b> -->\n<OpenDRIVE>", "OpenDRIVE"));
    ck_assert(BEGINS("<!DOCTYPE p SYSTEM 'x' [<!ENTITY a SYSTEM 'b'>]><k:kml x='1'>", "kml"));
    ck_assert(BEGINS("<a/>", "a"));
    ck_assert(!BEGINS("<ab>", "a"));
    ck_assert(!BEGINS("a", "a"));
    ck_assert(!BEGINS("<a", "a"));
    ck_assert(!BEGINS("<!-- <a>", "a"));
    ck_assert(!BEGINS("", "a"));
}
END_TEST

CK_MAIN("xml_read", gives_a_tree, gives_numbers, refuses_what_is_not_well_formed, takes_no_entities,
        reads_large_files, survives_lack_of_memory, knows_a_root)
