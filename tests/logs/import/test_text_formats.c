// The text formats, each by a file written to its description.
#include "logs/import/text_formats.h"

#include "tests/logs/import/telemetry_test.h"

static char warned[300];

#define READ(format, text, file) tf_read(format, text, sizeof text - 1, file, warned)

#define NEAR(a, b, e) ck_assert_double_eq_tol(a, b, e)

START_TEST(fastf1) {
    static const char text[] =
        ",Date,SessionTime,DriverAhead,DistanceToDriverAhead,Time,RPM,Speed,nGear,Throttle,Brake,DRS,Source,"
        "Distance,RelativeDistance,Status,X,Y,Z\n"
        "2,2023-03-05 15:03:36.123,0 days 01:03:36.000000,,0.5,0 days "
        "00:00:00,10500,288.0,7,100.0,False,12,interpolation,0.0,0.0,OnTrack,100.5,-1500.25,10.0\n"
        "3,2023-03-05 15:03:36.223,0 days 01:03:36.100000,,0.5,0 days "
        "00:00:00.100000,10500,288.0,7,100.0,False,12,pos,8.0,0.0,OnTrack,180,-1500,10.0\n"
        "4,2023-03-05 15:03:36.323,0 days 01:03:36.200000,,0.5,0 days "
        "00:00:00.200000,10500,288.0,7,100.0,False,12,car,16.0,0.0,OnTrack,260.1,-1500.1,10.0\n"
        "5,2023-03-05 15:03:36.423,0 days 01:03:36.300000,,0.5,0 days "
        "00:00:00.300000,10500,288.0,7,104.0,True,12,pos,24.0,0.0,OnTrack,340,-1500,10.0\n";
    READ("fastf1", text, "VER.csv");
    ck_assert_int_eq(tf_count(VG_QUANTITY_X), 2);
    ck_assert_int_eq(tf_count(VG_QUANTITY_SPEED), 4);
    NEAR(tf_at(VG_QUANTITY_SPEED, 0), 80, 1e-12);
    NEAR(tf_at(VG_QUANTITY_TIME, 0), 3816, 1e-12);
    NEAR(tf_at(VG_QUANTITY_X, 1), 18, 1e-12);
    NEAR(tf_at(VG_QUANTITY_Y, 1), -150, 1e-12);
    ck_assert(tf_at(VG_QUANTITY_BRAKE, 0) == 0 && tf_at(VG_QUANTITY_BRAKE, 3) == 1);
    NEAR(tf_at(VG_QUANTITY_THROTTLE, 0), 1, 1e-12);
    ck_assert_int_eq(tf_count(VG_QUANTITY_THROTTLE), 3); // 104: not known
}
END_TEST

START_TEST(racechrono) {
    static const char text[] =
        "This file is created using RaceChrono Pro v9.1.3 ( http://racechrono.com/ ).\r\nFormat,3\r\n"
        "Session title,\"A, B\"\r\nSession type,Lap timing\r\nTrack name,\"A\"\r\nDriver "
        "name,\r\nCreated,09/02/2026,19:19\r\nNote,\r\n\r\n"
        "timestamp,fragment_id,lap_number,elapsed_time,accuracy,bearing,latitude,longitude,speed,device_"
        "update_rate,speed,rpm\r\n"
        "unix time,,,s,m,deg,deg,deg,m/s,Hz,m/s,rpm\r\n"
        ",,,,100: gps,100: gps,100: gps,100: gps,calc,calc,100: gps,200: obd\r\n"
        "1770664802.05,0,,0.05,3.5,90.0,-36.8013221,174.6481289,9.0,20.0,10.5,\r\n"
        "1770664802.1,0,1,0.1,,,,,,20.0,,1200\r\n"
        "1770664802.15,0,1,0.15,3.5,0.0,-36.8013283,174.6481314,9.1,20.0,10.6,\r\n";
    READ("racechrono", text, "session.csv");
    ck_assert_int_eq(read_file.rows, 3);
    ck_assert_double_eq(read_file.epoch, 1770664802);
    ck_assert(tf_at(VG_QUANTITY_TIME, 0) == 0.05 && tf_at(VG_QUANTITY_TIME, 2) == 0.15);
    ck_assert(tf_at(VG_QUANTITY_SPEED, 0) == 10.5 &&
              isnan(tf_at(VG_QUANTITY_SPEED, 1))); // the receiver's own
    ck_assert(tf_at(VG_QUANTITY_LATITUDE, 2) == -36.8013283 && tf_at(VG_QUANTITY_ACCURACY, 0) == 3.5);
    NEAR(tf_at(VG_QUANTITY_HEADING, 0), 0, 1e-15);
    NEAR(tf_at(VG_QUANTITY_HEADING, 2), M_PI / 2, 1e-15);
    ck_assert(isnan(tf_at(VG_QUANTITY_LAP, 0)) && tf_at(VG_QUANTITY_LAP, 1) == 1);
    ck_assert_int_eq(read_file.lines[0], 13);
}
END_TEST

START_TEST(racechrono_version_2) {
    static const char text[] =
        "This file is created using RaceChrono v7.0 ( http://racechrono.com/ ).\nFormat,2\n\n"
        "Time (s),Session fragment #,Lap #,Latitude (deg),Longitude (deg),Speed (m/s) *calc,Speed (m/s) "
        "*gps\n"
        "1500000000.5,0,2,50.1,8.1,9,10\n1500000000.6,0,2,50.2,8.2,9,11\n";
    READ("racechrono", text, "session.csv");
    ck_assert(read_file.rows == 2 && tf_at(VG_QUANTITY_SPEED, 1) == 11 && tf_at(VG_QUANTITY_LAP, 0) == 2);
}
END_TEST

START_TEST(vbox) {
    static const char text[] =
        "File created on 04/05/2024 at "
        "10:00:00\r\n\r\n[header]\r\nsatellites\r\ntime\r\nlatitude\r\nlongitude\r\nvelocity "
        "kmh\r\nheading\r\n\r\n"
        "[comments]\r\ntime lat long\r\n\r\n[column names]\r\nsats time lat long velocity heading "
        "height\r\n\r\n[data]\r\n"
        "010 235959.90 +3119.09973 -00058.49277 036.000 090.00 +00100.00\r\n"
        "010 000000.00 +3119.09973 -00058.49191 036.000 090.00 +00100.00\r\n"
        "010 000000.10 +3119.09973 -00058.49105 036.000 090.00 +00100.00\r\n";
    READ("vbox", text, "session.vbo");
    NEAR(tf_at(VG_QUANTITY_LATITUDE, 0), 51.98499550, 1e-8);
    NEAR(tf_at(VG_QUANTITY_LONGITUDE, 0), 0.97487950, 1e-8);                  // east: minus in the file
    NEAR(tf_at(VG_QUANTITY_TIME, 1) - tf_at(VG_QUANTITY_TIME, 0), 0.1, 1e-9); // over midnight
    NEAR(tf_at(VG_QUANTITY_HEADING, 0), 0, 1e-15);
    NEAR(tf_at(VG_QUANTITY_SPEED, 0), 10, 1e-12);
    ck_assert_int_eq(read_file.lines[0], 18);
    tf_refused(&vg_lap_format_vbox, "[header]\n", 9, "file: there is no line '[column names]'");
    tf_refused(&vg_lap_format_vbox, "[column names]\ntime lat long\n", 29, "file: there is no line '[data]'");
    static const char short_row[] = "[column names]\ntime lat long\n[data]\n100000 1 2\n100001 1\n";
    tf_refused(&vg_lap_format_vbox, short_row, sizeof short_row - 1, "file:5: long: 2 fields; expected 3");
}
END_TEST

START_TEST(trackaddict) {
    static const char text[] =
        "# RaceRender Data: TrackAddict 4.3.5 on Android 9 [phone] (Mode: 0)\n# Vehicle: none\n"
        "\"Time\",\"UTC Time\",\"Lap\",\"GPS_Update\",\"GPS_Delay\",\"Latitude\",\"Longitude\",\"Altitude "
        "(m)\",\"Speed (MPH)\",\"Heading\",\"Accuracy (m)\",\"Accel X\"\n"
        "0.000,1559734111.000,0,1,0.000,51.5,13.5,91.1,10.0,180.0,6.0,0.1\n"
        "# Lap 1: 00:01:00.0\n"
        "0.050,1559734111.050,1,0,0.000,51.5,13.5,91.1,10.0,180.0,6.0,0.2\n"
        "1.000,1559734112.000,1,1,0.000,51.6,13.5,91.1,20.0,180.0,6.0,0.1\n";
    READ("trackaddict", text, "Log.csv");
    ck_assert_int_eq(read_file.rows, 3);
    ck_assert_int_eq(tf_count(VG_QUANTITY_LATITUDE), 2);
    ck_assert_int_eq(tf_count(VG_QUANTITY_SPEED), 2);
    NEAR(tf_at(VG_QUANTITY_SPEED, 0), 4.4704, 1e-12);
    NEAR(tf_at(VG_QUANTITY_HEADING, 0), -M_PI / 2, 1e-15);
    ck_assert(tf_at(VG_QUANTITY_TIME, 1) == 0.05 && tf_at(VG_QUANTITY_LAP, 1) == 1 &&
              read_file.epoch == 1559734111);
}
END_TEST

START_TEST(aim) {
    static const char text[] =
        "\"Format\",\"AIM CSV File\"\n\"Session\",\"Test\"\n\"Vehicle\",\"Kart\"\n\"Date\",\"Monday, May 5, "
        "2025\"\n\"Time\",\"10:00 AM\"\n"
        "\"Sample Rate\",\"20\"\n\"Duration\",\"0.15\"\n\"Segment\",\"Session\"\n\"Beacon "
        "Markers\",\"0.05\",\"0.1\",\"0.15\"\n\"Segment Times\",\"0:00.050\"\n\n"
        "\"Time\",\"GPS Speed\",\"GPS Latitude\",\"GPS Longitude\",\"GPS Heading\",\"Brake "
        "Press\",\"Steering Angle\"\n"
        "\"s\",\"km/h\",\"deg\",\"deg\",\"deg\",\"bar\",\"deg\"\n\n"
        "\"0.000\",\"36.0\",\"36.1\",\"139.9\",\"90\",\"1\",\"90\"\n\"0.050\",\"36.0\",\"36.1\",\"139.9\","
        "\"90\",\"1\",\"0\"\n\"0.100\",\"36.0\",\"36.1\",\"139.9\",\"90\",\"1\",\"0\"\n";
    READ("aim", text, "session.csv");
    ck_assert_int_eq(read_file.rows, 3);
    NEAR(tf_at(VG_QUANTITY_SPEED, 0), 10, 1e-12);
    NEAR(tf_at(VG_QUANTITY_STEER, 0), M_PI / 2, 1e-12);
    ck_assert(tf_at(VG_QUANTITY_LAP, 0) == 0 && tf_at(VG_QUANTITY_LAP, 1) == 1 &&
              tf_at(VG_QUANTITY_LAP, 2) == 2);
    // As RaceStudio writes it in countries of the decimal comma.
    static const char comma[] = "Format;AiM CSV File\nBeacon Markers;0,05\n\nTime;GPS Speed;GPS Latitude;GPS "
                                "Longitude\ns;km/h;deg;deg\n\n"
                                "0,000;36,0;36,1;139,9\n0,100;36,0;36,1;139,9\n";
    READ("aim", comma, "session.csv");
    ck_assert(tf_at(VG_QUANTITY_LATITUDE, 1) == 36.1 && tf_at(VG_QUANTITY_LAP, 1) == 1);
}
END_TEST

START_TEST(motec_csv) {
    static const char text[] =
        "\"Format\",\"MoTeC CSV File\",,,\"Workbook\",\"\"\r\n\"Venue\",\"A\",,,\"Worksheet\",\"\"\r\n\"Log "
        "Date\",\"05/05/2025\",,,\"Origin Time\",\"0.000\",\"s\"\r\n"
        "\"Sample Rate\",\"10.000\",\"Hz\",,\"End Time\",\"0.2\",\"s\"\r\n\"Beacon Markers\",\"0.100 0.200 "
        "\"\r\n\r\n\r\n"
        "\"Time\",\"GPS Latitude\",\"GPS Longitude\",\"Ground Speed\",\"Throttle Pos\",\"Brake Pres "
        "Front\"\r\n\"s\",\"deg\",\"deg\",\"km/h\",\"%\",\"bar\"\r\n\r\n\r\n"
        "\"0.000\",\"50.1\",\"8.1\",\"36\",\"50\",\"0\"\r\n\"0.100\",\"50.2\",\"8.1\",\"36\",\"100\","
        "\"0\"\r\n\"0.200\",\"50.3\",\"8.1\",\"36\",\"0\",\"20\"\r\n";
    READ("motec-csv", text, "session.csv");
    ck_assert_int_eq(read_file.rows, 3);
    NEAR(tf_at(VG_QUANTITY_SPEED, 0), 10, 1e-12);
    ck_assert(tf_at(VG_QUANTITY_THROTTLE, 0) == 0.5 && tf_at(VG_QUANTITY_LATITUDE, 2) == 50.3);
    ck_assert(tf_at(VG_QUANTITY_LAP, 0) == 0 && tf_at(VG_QUANTITY_LAP, 1) == 1 &&
              tf_at(VG_QUANTITY_LAP, 2) == 2);
}
END_TEST

START_TEST(deepracer) {
    static const char text[] = "episode,steps,X,Y,yaw,steer,throttle,action,reward,done,all_wheels_on_track,"
                               "progress,closest_waypoint,track_len,tstamp,episode_status\n"
                               "0,1.0,3.2,0.68,90,-30.0,1.0,0,0.0,False,True,0.79,1,17.7,6.211,prepare\n"
                               "0,2.0,3.3,0.68,91,-30.0,1.0,0,1.0,False,True,0.79,1,17.7,6.279,in_progress\n"
                               "1,1.0,3.2,0.68,-90,20.0,1.0,0,1.0,False,True,0.79,1,17.7,30.1,prepare\n";
    READ("deepracer", text, "trace.csv");
    NEAR(tf_at(VG_QUANTITY_HEADING, 0), M_PI / 2, 1e-15);
    ck_assert(tf_at(VG_QUANTITY_X, 0) == 3.2 && tf_at(VG_QUANTITY_DRIVE, 0) == 0 &&
              tf_at(VG_QUANTITY_DRIVE, 2) == 1);
    ck_assert(!vg_telemetry_find(&read_file, VG_QUANTITY_STEER) &&
              !vg_telemetry_find(&read_file, VG_QUANTITY_THROTTLE));
}
END_TEST

START_TEST(ngsim) {
    static const char text[] = "Vehicle_ID,Frame_ID,Total_Frames,Global_Time,Local_X,Local_Y,Global_X,Global_"
                               "Y,v_length,v_Width,v_Class,v_Vel,v_Acc,Lane_ID\n"
                               "2,1,100,1113433135100,20,60,6451140,1873350,14,6,2,40,0,3\n"
                               "1,1,100,1113433135100,10,50,6451137,1873344,14,6,2,30,0,2\n"
                               "2,2,100,1113433135200,20,64,6451141,1873354,14,6,2,40,0,3\n";
    READ("ngsim", text, "us-101.csv");
    ck_assert(tf_at(VG_QUANTITY_DRIVE, 0) == 1 && tf_at(VG_QUANTITY_DRIVE, 2) == 2 &&
              read_file.lines[0] == 3);
    NEAR(tf_at(VG_QUANTITY_X, 0), 3.048, 1e-12);
    NEAR(tf_at(VG_QUANTITY_SPEED, 2), 12.192, 1e-12);
    NEAR(tf_at(VG_QUANTITY_TIME, 2) - tf_at(VG_QUANTITY_TIME, 1), 0.1, 1e-9);
    // The text files without a header.
    static const char bare[] =
        "1 12 884 1113433136100 16.467 35.381 6451137.6 1873344.9 14.5 4.9 2 40.00 0.00 2 0 0 0.00 0.00\n"
        "1 13 884 1113433136200 16.447 39.381 6451140.3 1873342.0 14.5 4.9 2 40.00 0.00 2 0 0 0.00 0.00\n";
    const vg_telemetry_source source = {bare, sizeof bare - 1, "us-101.txt", "ngsim-txt", NULL};
    vg_diag diag;
    vg_telemetry_free(&read_file);
    ck_ok(vg_telemetry_parse(&vg_lap_format_csv, &source, &read_file, &diag));
    ck_ok(vg_telemetry_prepare(&read_file, &diag));
    NEAR(tf_at(VG_QUANTITY_Y, 0), 10.7841288, 1e-9);
    ck_assert(read_file.rows == 2 && tf_at(VG_QUANTITY_DRIVE, 0) == 1);
}
END_TEST

START_TEST(a_feed_in_a_csv_of_ones_own) {
    static const char text[] = "x,y,t,speed\n0,0,0,360\n100,0,1,360\n201,0,2,360\n299,0,3,360\n400,0,4,360\n";
    const vg_telemetry_source source = {text, sizeof text - 1, "lap.csv", "f1-feed", NULL};
    vg_diag diag;
    vg_telemetry_free(&read_file);
    ck_ok(vg_telemetry_parse(&vg_lap_format_csv, &source, &read_file, &diag));
    ck_ok(vg_telemetry_prepare(&read_file, &diag));
    ck_assert_int_eq(tf_count(VG_QUANTITY_X), 5);
    ck_assert_int_eq(read_file.rows, 10);
    for (int32_t i = 0; i < read_file.rows; i++) { // the fix that is 1 m ahead came 0.01 s later
        double x = tf_at(VG_QUANTITY_X, i);
        if (x == 201) NEAR(tf_at(VG_QUANTITY_TIME, i), 2.01, 0.005);
        if (x == 299) NEAR(tf_at(VG_QUANTITY_TIME, i), 2.99, 0.005);
    }
}
END_TEST

START_TEST(csv_with_degrees) {
    static const char text[] = "utc (ms),lat (deg),lon (deg),speed (m/s),heading (deg),speed (km/h),lap\n"
                               "1617530423000,50.3010636,4.6550936,24.09,31.88,86.7,1\n1617530423032,50."
                               "3010710,4.6551008,24.14,31.9,86.9,2\n";
    READ("csv", text, "session.csv");
    ck_assert(tf_at(VG_QUANTITY_TIME, 1) == 0.032 && read_file.epoch == 1617530423 &&
              tf_at(VG_QUANTITY_SPEED, 0) == 24.09);
    ck_assert(tf_at(VG_QUANTITY_LATITUDE, 1) == 50.3010710 && tf_at(VG_QUANTITY_LAP, 1) == 2);
}
END_TEST

CK_MAIN("text_formats", fastf1, racechrono, racechrono_version_2, vbox, trackaddict, aim, motec_csv,
        deepracer, ngsim, a_feed_in_a_csv_of_ones_own, csv_with_degrees)
