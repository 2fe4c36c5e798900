// tracks/formats/geojson.h -- roads in JSON: GeoJSON (RFC 7946), and arrays of border points.
#ifndef VG_TRACKS_FORMATS_GEOJSON_H
#define VG_TRACKS_FORMATS_GEOJSON_H

#include "tracks/track_format.h"

#ifdef __cplusplus
extern "C" {
#endif

// Read: LineString, MultiLineString and Polygon of every feature, in longitude and latitude; one line is a
// centre line, two are borders, named by the properties name, Name, side or id.
//
// Written: a FeatureCollection of three lines, `centre`, `left` and `right`. What degrees cannot hold is kept
// in properties of the centre, so that what was written reads back to the same bits: x, y, half widths and
// whether it is closed. A road that does not come from degrees is laid at latitude and longitude 0.
extern const vg_track_format vg_track_format_geojson;

// {"X_i": [...], "Y_i": [...], "X_o": [...], "Y_o": [...]} in metres, as of tracks of model cars (Liniger et
// al. 2015); with X and Y alone a centre line.
extern const vg_track_format vg_track_format_borders_json;

#ifdef __cplusplus
}
#endif
#endif
