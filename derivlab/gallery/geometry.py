"""Curves, rays, rotations and figures."""

from __future__ import annotations

import itertools
import math

import numpy as np

from derivlab.gallery import Topic

case = Topic("geometry")


@case([0.0, 0.8, 0.9, 0.1, -0.8], [0.020624999999999998, -0.12374999999999999, 0.838, 0.31275, -0.047625],
    "natural cubic spline, at 2.3")  # fmt: skip
def cubic_spline(y):
    n = len(y)
    A, b = np.eye(n), np.zeros(n)
    for i in range(1, n - 1):
        A[i, i - 1 : i + 2] = [1, 4, 1]
        b[i] = 6 * (y[i + 1] - 2 * y[i] + y[i - 1])
    m = np.linalg.solve(A, b)
    i, t = 2, 0.3
    linear = (1 - t) * y[i] + t * y[i + 1]
    return linear - t * (1 - t) / 6 * ((2 - t) * m[i] + (1 + t) * m[i + 1])


@case(2.3, 1.600980952380952, "monotone cubic of Fritsch and Carlson 1980, in x")
def hermite_spline(x):
    xs, ys = [0.0, 1.0, 2.0, 3.0, 4.0], [0.0, 0.5, 0.7, 2.0, 2.1]
    d = [(b - a) for a, b in itertools.pairwise(ys)]
    m = [d[0]] + [2 * a * b / (a + b) for a, b in itertools.pairwise(d)] + [d[-1]]
    i = max(k for k in range(4) if xs[k] <= x)
    t = x - xs[i]
    return ys[i] + t * m[i] + t * t * (3 * d[i] - 2 * m[i] - m[i + 1]) + t**3 * (m[i] + m[i + 1] - 2 * d[i])


@case([0.1, 0.2, 1.0, 0.9], [0.31939657704222046, -0.0703593263683076, -0.124240664498473, 0.940983128763625],
    "where a ray meets a sphere, and the brightness there")  # fmt: skip
def ray_and_sphere(p):
    origin, direction = np.array([p[0], p[1], -3.0]), np.array([0.1, -0.05, 1.0])
    direction = direction / np.linalg.norm(direction)
    b = direction @ origin
    disc = b * b - (origin @ origin - p[2] ** 2)
    if disc < 0:
        return 0.0
    hit = origin + (-b - np.sqrt(disc)) * direction
    normal = hit / p[2]
    return p[3] * max(normal @ np.array([0.6, 0.0, -0.8]), 0.0)


@case([0.4, 0.3, 0.9], [0.3714640728923512, 0.3817003353689265, -1.0571484065053591],
    "ray marching to a smooth union of two balls")  # fmt: skip
def ray_marching(p):
    def distance(q):
        a = np.sqrt(q[0] ** 2 + q[1] ** 2 + q[2] ** 2) - p[2]
        b = np.sqrt((q[0] - 1) ** 2 + q[1] ** 2 + q[2] ** 2) - 0.5
        return -np.log(np.exp(-4 * a) + np.exp(-4 * b)) / 4

    t = 0.0
    for _ in range(40):
        t = t + distance([p[0], p[1], t - 3.0])
    return t


@case([[0.0, 0.0], [2.0, 0.1], [1.8, 1.5], [0.2, 1.0]], [[-0.004545604329982309, -0.0876617360859011],
    [0.056784446319111385, -0.09289351892366228], [0.026616373698906143, 0.07276486021102939], [-0.07885521568803522,
    0.10779039479853399]], "shoelace formula")  # fmt: skip
def polygon(corners):
    x, y = corners[:, 0], corners[:, 1]
    area = 0.5 * abs(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1)))
    return area / np.sum(np.hypot(*(corners - np.roll(corners, -1, axis=0)).T))


@case([0.5, 0.3, 0.2, 1.1], [[-1.7330087137224317, -1.2535831751182287, -0.6796983023986104, -0.2589628099946621],
    [1.5536452509222176, 0.676062689031845, 0.11869732155411261, -0.15145383137995724], [1.0, 1.0, 1.0, 1.0]],
    "forward kinematics of an arm")  # fmt: skip
def robot_arm(joints):
    x = y = angle = 0.0
    for q, length in zip(joints, [1.0, 0.8, 0.5, 0.3]):
        angle += q
        x, y = x + length * math.cos(angle), y + length * math.sin(angle)
    return np.array([x, y, angle])


@case([0.9, 0.1, -0.3, 0.2], [[[0.5185595567867035, 0.057617728531855955, 1.090304709141274, -0.7268698060941828],
    [0.4166204986149585, -0.5385041551246537, -0.06869806094182823, -1.7085872576177286], [0.3656509695290858,
    0.5318559556786704, 1.5623268698060941, 0.43213296398891965]], [[-0.17728531855955681, -0.6980609418282548,
    0.40997229916897504, 1.7617728531855956], [0.1994459833795014, -0.3988919667590028, -0.0664819944598338,
    -0.7977839335180056], [0.3878116343490305, -1.8282548476454292, 0.221606648199446, -0.4986149584487534]],
    [[-0.525207756232687, 0.2925207756232687, -1.509141274238227, -0.046537396121883644], [0.09085872576177284,
    1.8814404432132963, 0.46094182825484764, -0.6581717451523545], [0.39889196675900274, -0.3767313019390582,
    1.1301939058171744, 0.08864265927977838]]], "a unit quaternion as a rotation matrix")  # fmt: skip
def quaternion(q):
    w, x, y, z = q / np.sqrt(np.dot(q, q))
    return np.array([
        [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
        [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
        [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
    ])  # fmt: skip
