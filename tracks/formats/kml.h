// tracks/formats/kml.h -- KML (OGC 07-147r2) and GPX 1.1 as roads: lines of longitude and latitude, one as a
// centre line, two as borders.
#ifndef VG_TRACKS_FORMATS_KML_H
#define VG_TRACKS_FORMATS_KML_H

#include "tracks/track_format.h"

#ifdef __cplusplus
extern "C" {
#endif

// Of KML: LineString, LinearRing and gx:Track of every Placemark, whose name is the line's. Of GPX: every
// track segment and route. Heights are left out. Points, models and ground overlays are no lines.
extern const vg_track_format vg_track_format_kml, vg_track_format_gpx;

#ifdef __cplusplus
}
#endif
#endif
