# verge export and verge import of other tools' formats: a policy to ONNX and back.
policy="$root/tests/fixtures/torch_policy.safetensors"
"$verge" export onnx "$policy" --out a.onnx > said 2>&1
grep -q "without ONNX" said && skip "this build is without ONNX"

expect 2 "exists already" "$verge" export onnx "$policy" --out a.onnx
expect 0 "wrote a.onnx" "$verge" export onnx "$policy" --out a.onnx --force
expect 0 "wrote a.safetensors: offset,heading,speed,curvature@0:5 for the car 'kart'" "$verge" import onnx a.onnx --out a.safetensors
[ "$("$verge" info "$policy" | grep hash)" = "$("$verge" info a.safetensors | grep hash)" ] || fail "another content"
expect 2 "is no learned policy" "$verge" export onnx pursuit --out b.onnx
expect 2 "allow-exec" "$verge" export onnx exec:true --out b.onnx
expect 2 "no such file" "$verge" import onnx none.onnx --out b.safetensors
expect 2 "is no ONNX model" "$verge" import onnx "$policy" --out b.safetensors
foreign="$root/tests/fixtures/onnx"
expect 2 "give a sense" "$verge" import onnx "$foreign/tanh.onnx" --out b.safetensors
expect 2 "5 values, the sense has 1" "$verge" import onnx "$foreign/tanh.onnx" --sense speed --out b.safetensors
expect 2 "/1/Sigmoid: Sigmoid" "$verge" import onnx "$foreign/refused-sigmoid.onnx" \
    --sense offset,heading,speed,curvature@0:5 --out b.safetensors
[ -e b.safetensors ] || [ -e b.onnx ] && fail "something was written after an error"
expect 0 "for the car 'kart'" "$verge" import onnx "$foreign/squashed.onnx" \
    --sense offset,heading,speed,curvature@0:5 --car kart --out b.safetensors
expect 0 "kind              policy" "$verge" info b.safetensors
exit 0
