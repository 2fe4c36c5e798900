#include "eval/outcome/xml.h"

#include "tests/check.h"

START_TEST(escapes_an_attribute) {
    vg_text text = {0};
    vg_xml_attribute(&text, "name", "a<b> & \"c\"\t\n\r\x01\x7f\xc3\xa4'");
    ck_assert_str_eq(text.bytes, " name=\"a&lt;b&gt; &amp; &quot;c&quot;&#9;&#10;&#13;??\xc3\xa4'\"");
    vg_text_free(&text);
}
END_TEST

START_TEST(writes_a_property_on_its_line) {
    vg_text text = {0};
    vg_xml_property(&text, 4, "seed", "1 & 2");
    ck_assert_str_eq(text.bytes, "    <property name=\"seed\" value=\"1 &amp; 2\"/>\n");
    vg_text_free(&text);
}
END_TEST

CK_MAIN("xml", escapes_an_attribute, writes_a_property_on_its_line)
