# verge export and verge import of data sets: a log to Minari and back.
expect 0 "finish" "$verge" record pursuit-noisy --road train-1 --laps 1 --episodes 2 --seed 1 --out a.vlog
expect 0 "wrote a.csv: " "$verge" export csv a.vlog --out a.csv
head -1 a.csv | grep -q "^episode,action,t,offset,heading,speed,curvature@0,.*,steer,accel,expert_steer" || fail "another head"
expect 2 "exist" "$verge" export csv a.vlog --out a.csv
expect 0 "wrote" "$verge" export csv a.vlog --ticks --out a.csv --force
head -1 a.csv | grep -q "^episode,tick,x,y,yaw,s,offset,speed" || fail "another head"
expect 2 "no such file" "$verge" export csv none.vlog --out b.csv
[ -e b.csv ] && fail "a table was left after an error"
"$verge" export minari a.vlog --out sets/laps-v0 > said 2>&1
grep -q "without HDF5" said && skip "this build is without HDF5"

grep -q "wrote sets/laps-v0: laps-v0, 2 episodes" said || fail "not written"
grep -q "warning" said && fail "a road and a car that verge knows are not known"
grep -q '\\"roads\\": \[\\"train-1\\"\]' sets/laps-v0/data/metadata.json || fail "the environment does not drive the log's road"
expect 2 "exists already" "$verge" export minari a.vlog --out sets/laps-v0
expect 0 "wrote" "$verge" export minari a.vlog a.vlog --out sets/laps-v0 --id verge/laps-v3 --reward progress --sense offset,speed --force
expect 2 "expected letters" "$verge" export minari a.vlog --out sets/laps
expect 2 "no such file" "$verge" export minari none.vlog --out sets/x-v0
expect 2 "no such file" "$verge" export minari a.vlog --reward none.reward --out sets/x-v0
[ -e sets/x-v0 ] && fail "a data set was left after an error"
[ "$(ls sets)" = laps-v0 ] || fail "something was left behind: $(ls sets)"


# A road of one's own is found by its file.
expect 0 "" "$verge" track new --seed 5 --out own.csv
expect 0 "" "$verge" record pursuit --road own.csv --longest 5 --out own.vlog
expect 0 "among --roads" "$verge" export minari own.vlog --out own-v0
grep -q roads own-v0/data/metadata.json && fail "roads that nobody named"
expect 0 "wrote" "$verge" export minari own.vlog --roads train-1 own.csv --out own-v0 --force
grep -q "among --roads" said && fail "the road's file is not taken"
grep -q '\\"roads\\": \[\\"own.csv\\"\]' own-v0/data/metadata.json || fail "another road"

expect 0 "wrote a.hdf5: 2 demonstrations" "$verge" export robomimic a.vlog --out a.hdf5 --validation 0.5 --seed 3
expect 2 "exist" "$verge" export robomimic a.vlog --out a.hdf5
expect 2 "out of range" "$verge" export robomimic a.vlog --out b.hdf5 --validation 1.5

expect 0 "wrote b.vlog: 4 episodes" "$verge" import minari sets/laps-v0 --out b.vlog
cp a.vlog copy.vlog
expect 0 "wrote" "$verge" log merge a.vlog copy.vlog --out twice.vlog
cmp b.vlog twice.vlog || fail "another log came back"
expect 0 "same bits" "$verge" replay b.vlog --verify
expect 2 "no Minari data set there" "$verge" import minari sets --out c.vlog

# A file of another kind, and one that was cut or changed: told, and no log is left.
data=sets/laps-v0/data/main_data.hdf5
expect 2 "is no HDF5 file" "$verge" import minari a.vlog --out c.vlog
head -c 20000 $data > short.hdf5
expect 2 "short.hdf5" "$verge" import minari short.hdf5 --out c.vlog
[ -e c.vlog ] && fail "a log was left after an error"

# libhdf5 is loaded when it is needed: where it is missing or another, only that fails.
name=$(cat "$(dirname "$verge")"/libverge.so.0 "$verge" 2> none | grep -aom1 'libhdf5[a-z_]*\.so\.[0-9]*')
[ "$name" ] || fail "by what name is libhdf5 loaded?"
mkdir broken other
: > broken/$name
cp "$(ldd "$verge" | sed -n 's/.*libm\.so\.6 => \([^ ]*\).*/\1/p')" other/$name
LD_LIBRARY_PATH=broken expect 2 "too short" "$verge" export robomimic a.vlog --out d.hdf5
LD_LIBRARY_PATH=other expect 2 "cannot be used: H5" "$verge" import minari sets/laps-v0 --out d.vlog
LD_LIBRARY_PATH=broken expect 0 "" "$verge" log list a.vlog
[ -e d.hdf5 ] || [ -e d.vlog ] && fail "something was left after an error"
exit 0
