# Roads of other programs' files, which are not shipped: each is read, is as long as it should be, and can be driven.
formats=$data/formats
[ -d "$formats" ] || skip "no $formats; set VERGE_DATA"

# near NAME FILE LENGTH OPTION...: the road is within 2 % of this length and folds nowhere
near() {
    name=$1 file=$formats/$2 length=$3
    shift 3
    expect 0 "" "$verge" track convert "$file" --out "$name.csv" --force "$@"
    expect 0 "length" "$verge" track info "$name.csv"
    found=$(sed -n 's/^length  *\([0-9.]*\) m/\1/p' said)
    awk -v a="$found" -v b="$length" 'BEGIN { exit !(a > 0.98 * b && a < 1.02 * b) }' ||
        fail "$file is $found m long, not $length m"
}

near centerline f1tenth_centerline.csv 260.5
near raceline f1tenth_raceline.csv 250.2 --width 2.2
near ltpl ltpl_raceline.csv 699
near waypoints waypoints_xy.csv 27.3 --width 0.4
near udacity udacity_waypoints.csv 1138 --width 8
near donkey donkey_waypoints.txt 152.5 --width 4 --open
near e6mini e6mini.xodr 1463
near e6mini-lane e6mini.xodr 1463 --lanes=-3
near soderleden soderleden.xodr 1473.7
near soderleden-1 soderleden.xodr 166.4 --route 1,5
near us101 USA_US101-4_1_T-1.xml 122
near us101-3 USA_US101-4_1_T-1.xml 122 --route 2,4
near lanelet2 lanelet2_mapping_example.osm 477
near corkscrew torcs_corkscrew.xml 3608
near mpcc mpcc_track.json 17
near circuit circuit.geojson 4318 --width 12
# Two borders in two files, in degrees: the road is between them.
expect 0 "" "$verge" track convert "$formats/border_left.kml" "$formats/border_right.kml" --out borders.csv
expect 0 "closed" "$verge" track info borders.csv
grep -q "folds       none" said || fail "the road between two borders folds"
grep -q "^length      13[34]" said || fail "the road between two borders is not 1.34 km long"
exit 0
