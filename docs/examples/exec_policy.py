"""A policy as a program, for `exec:CMD`: keeps to the centreline of the road, as fast as its bends allow.

    verge eval 'exec:python3 exec_policy.py' --suite smoke

Needs nothing but Python. agents/policy/exec_policy.h has the protocol. With NumPy or PyTorch a batch is
`numpy.frombuffer(body, "<f4", offset=16).reshape(cars, width)`.
"""

import struct
import sys

SENSE = "offset,heading,speed,curvature@3:12:25"
WHEELBASE, STEER_MOST = 2.7, 0.6  # m, rad: the sedan's
ACT = 2


def read_frame():
    head = sys.stdin.buffer.read(4)
    if len(head) < 4:
        sys.exit(0)  # the run is over
    return sys.stdin.buffer.read(struct.unpack("<I", head)[0])


def write_frame(body):
    sys.stdout.buffer.write(struct.pack("<I", len(body)) + body)
    sys.stdout.buffer.flush()


def clamp(x):
    return max(-1.0, min(1.0, x))


def drive(offset, heading, speed, *bends):
    wanted = min(18.0, (3.0 / max(1e-6, max(map(abs, bends)))) ** 0.5)  # 3 m/s^2 sideways
    turn = WHEELBASE * bends[0] - 0.08 * offset - 0.6 * heading
    return clamp(turn / STEER_MOST), clamp(0.4 * (wanted - speed))


def main():
    write_frame(f"verge=1\nname=centre keeper\nsense={SENSE}\n".encode())
    while True:
        body = read_frame()
        if struct.unpack_from("<I", body)[0] != ACT:
            continue
        cars, width = struct.unpack_from("<II", body, 8)
        values = struct.unpack_from(f"<{cars * width}f", body, 16)
        actions = [a for i in range(cars) for a in drive(*values[i * width : (i + 1) * width])]
        write_frame(struct.pack(f"<{2 * cars}f", *actions))


if __name__ == "__main__":
    main()
