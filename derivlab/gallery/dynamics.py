"""Differential equations and maps, stepped in a loop: the end as a function of the start or of a parameter."""

from __future__ import annotations

import math

import numpy as np

from derivlab.gallery import Topic

case = Topic("dynamics")


@case(1.5, lambda x: (1 - 0.05) ** 40)
def euler_decay(y):
    for _ in range(40):
        y = y + 0.05 * (-y)
    return y


@case([0.2, 1.3], [0.4543032042666266, 0.21293025627779727])
def euler_logistic_growth(p):
    y, rate = p
    for _ in range(30):
        y += 0.1 * rate * y * (1 - y)
    return y


@case(0.8, lambda k: -2 * (1 - k * 0.1 + (k * 0.1) ** 2 / 2 - (k * 0.1) ** 3 / 6 + (k * 0.1) ** 4 / 24) ** 19 * 2 * (1 - k * 0.1 + (k * 0.1) ** 2 / 2 - (k * 0.1) ** 3 / 6))  # fmt: skip
def runge_kutta_decay(k):
    def f(y):
        return -k * y

    y, h = 2.0, 0.1
    for _ in range(20):
        k1 = f(y)
        k2 = f(y + h / 2 * k1)
        k3 = f(y + h / 2 * k2)
        k4 = f(y + h * k3)
        y = y + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
    return y


def rk4(f, y, h, steps):
    for _ in range(steps):
        a = f(y)
        b = f(y + 0.5 * h * a)
        c = f(y + 0.5 * h * b)
        y = y + h * (a + 2 * b + 2 * c + f(y + h * c)) / 6
    return y


@case([1.0, 0.5, 1.1, 0.4, 0.1, 0.4], [[11.39435841830205, -14.641305187330461, 40.121410556176535,
    -18.301631484163075, -43.84481125093578, 12.30991488373922], [1.1334062002599534, 0.6964765034358242,
    2.5157273539085154, -1.0726675740408174, 11.334062002599534, -1.8122535846563732]], "Lotka 1925, Volterra 1926")  # fmt: skip
def lotka_volterra(p):
    a, b, c, d = p[2:]

    def flow(y):
        return np.array([a * y[0] - b * y[0] * y[1], c * y[0] * y[1] - d * y[1]])

    return rk4(flow, p[:2], 0.2, 15)


@case([2.0, 0.0, 1.5], [[2.4793989714813938, 0.5821716874783717, 0.8271478910909584], [2.8416376215859214,
    0.6709609183129909, 1.159155886031071]], "van der Pol 1926")  # fmt: skip
def van_der_pol(p):
    mu = p[2]
    return rk4(lambda y: np.array([y[1], mu * (1 - y[0] ** 2) * y[1] - y[0]]), p[:2], 0.1, 20)


@case([1.0, 1.0, 20.0], [[3.065906827235466, 4.878708272660424, -0.816274792168344], [3.3952253850855647,
    5.420462955275175, -1.1290343298940035], [6.835890345769682, 10.842510506517215, -1.3367357919605762]],
    "Lorenz 1963")  # fmt: skip
def lorenz(state):
    x, y, z = state
    for _ in range(40):
        dx, dy, dz = 10 * (y - x), x * (28 - z) - y, x * y - 8 / 3 * z
        x, y, z = x + 0.01 * dx, y + 0.01 * dy, z + 0.01 * dz
    return [x, y, z]


@case([0.9, 0.3], [[-0.4344100725245748, 0.8874431794218414], [-0.7386374115418729, -0.7930324107341518]],
    "pendulum by leapfrog; the start and the speed")  # fmt: skip
def pendulum_leapfrog(state):
    theta, omega = state
    h = 0.1
    for _ in range(25):
        omega = omega - h / 2 * math.sin(theta)
        theta = theta + h * omega
        omega = omega - h / 2 * math.sin(theta)
    return np.array([theta, omega])


@case([0.5, 0.0, 0.0, 1.7], [[2.840185087765745, 1.646598637014602, 0.9589144312733459, 0.3663844462994374],
    [4.841286259161216, 1.895318655926535, 0.8160885343130136, 1.8334474369351017], [-0.8851520756571497,
    0.9068006437581201, 0.2440895013099812, -0.12741830609861624], [8.878317120291744, 2.6427415193233545,
    1.384642011667878, 3.3700782219562275]], "Kepler orbit by Störmer and Verlet")  # fmt: skip
def kepler(state):
    q, v, h = state[:2].copy(), state[2:].copy(), 0.02
    a = -q / np.linalg.norm(q) ** 3
    for _ in range(50):
        v += 0.5 * h * a
        q += h * v
        a = -q / np.linalg.norm(q) ** 3
        v += 0.5 * h * a
    return np.concatenate([q, v])


@case([0.5, 0.0, 0.0, 1.7], [3.886071911437757, -0.4364048511470515, -0.12835436798442693, 1.7463531853089242],
    "energy of the orbit after ten steps")  # fmt: skip
def kepler_energy(state):
    x, y, u, v = state
    for _ in range(10):
        r3 = (x * x + y * y) ** 1.5
        u, v = u - 0.05 * x / r3, v - 0.05 * y / r3
        x, y = x + 0.05 * u, y + 0.05 * v
    return 0.5 * (u**2 + v**2) - 1 / np.sqrt(x**2 + y**2)


@case(0.37, -52.625041019448595, "May 1976")
def logistic_map(x):
    for _ in range(12):
        x = 3.7 * x * (1 - x)
    return x


@case([0.37, 3.2], [[1.0, 0.0], [0.8320000000000001, 0.2331], [-1.3094748160000005, -0.17734993920000008],
    [0.8923262685811291, 0.35951616938075726], [-1.506086956156602, -0.42634822116290993], [0.7464622504005901,
    0.4553137758653294], [-1.3415235404683996, -0.6471321801470542], [0.4092725629819824, 0.4451550403024073]],
    "all of the orbit")  # fmt: skip
def logistic_orbit(p):
    orbit = np.empty(8)
    orbit[0] = p[0]
    for i in range(1, 8):
        orbit[i] = p[1] * orbit[i - 1] * (1 - orbit[i - 1])
    return orbit


@case([0.1, 0.2], [[7.868582711984939, -21.00399387983771], [2.375596731960924, -6.341288569423025]], "Hénon 1976")  # fmt: skip
def henon(p):
    x, y = p
    for _ in range(8):
        x, y = 1 - 1.4 * x**2 + y, 0.3 * x
    return np.hstack([x, y])


@case([0.4, 0.9], [11.24619035647937, 39.6382210246253], "Chirikov 1979")
def standard_map(p):
    theta, momentum = p
    for _ in range(6):
        momentum = momentum + 0.8 * np.sin(theta)
        theta = theta + momentum
    return theta * momentum


@case([0.9, 1.4], [0.23230704533403998, -0.1129677512356074], "implicit Euler, each step solved by Newton")
def implicit_euler(p):
    y, rate = p
    for _ in range(5):
        new = y
        for _ in range(20):
            new = new - (new - y + 0.2 * rate * new**3) / (1 + 0.6 * rate * new**2)
        y = new
    return y


@case([1.2, 0.7], [[0.6419818381558869, 0.3478175768507153], [-1.728497183859613, 0.6211987227897674]],
    "implicit midpoint rule by fixed-point steps")  # fmt: skip
def implicit_midpoint(state):
    q, p = state
    for _ in range(4):
        qn, pn = q, p
        for _ in range(30):
            qm, pm = (q + qn) / 2, (p + pn) / 2
            qn, pn = q + 0.1 * pm, p - 0.1 * qm**3
        q, p = qn, pn
    return np.array([q, p])


def _trapezoidal_slope(x):
    A = np.array([[0.0, 1.0], [-4.0, -0.3]])
    step = np.linalg.solve(np.eye(2) - 0.05 * A, np.eye(2) + 0.05 * A)
    return np.linalg.matrix_power(step, 10)


@case([1.0, -0.5], _trapezoidal_slope)
def trapezoidal_rule(y):
    A = np.array([[0.0, 1.0], [-4.0, -0.3]])
    for _ in range(10):
        y = np.linalg.solve(np.eye(2) - 0.05 * A, y + 0.05 * A @ y)
    return y


def _heat_slope(u):
    n = len(u)
    step = np.eye(n) + 0.2 * (np.eye(n, k=1) - 2 * np.eye(n) + np.eye(n, k=-1))
    step[0], step[-1] = np.eye(n)[0], np.eye(n)[-1]
    return np.linalg.matrix_power(step, 6)


@case([0.0, 1.0, 0.5, -0.3, 0.2, 0.0], _heat_slope)
def heat_equation(u):
    u = u.copy()
    for _ in range(6):
        u[1:-1] += 0.2 * (u[2:] - 2 * u[1:-1] + u[:-2])
    return u


@case([0.1, 0.25], [-4.156569619889773, -0.1263347222246418], "heat through a rod whose conductivity is asked for")  # fmt: skip
def heat_misfit(p):
    u = np.sin(np.pi * np.linspace(0, 1, 9))
    for _ in range(10):
        u = u + p[0] * (np.roll(u, 1) - 2 * u + np.roll(u, -1)) - 0.01 * p[1] * u**2
    return np.sum((u - 0.5) ** 2)


@case([0.3, 0.1], [3.5901241826320343, -3.0434255033917283], "Kermack and McKendrick 1927")
def epidemic(p):
    beta, gamma = p
    s, i, r = 0.99, 0.01, 0.0
    curve = []
    for _ in range(20):
        infected, recovered = beta * s * i, gamma * i
        s, i, r = s - infected, i + infected - recovered, r + recovered
        curve.append(i)
    return np.max(curve) + r


@case([0.8, 20.0], [-4.450880268309941, 2.3995526382780117],
    "shot with drag until it is below the ground; the step across it is cut at the ground")  # fmt: skip
def projectile(p):
    angle, speed = p
    x, y, u, v = 0.0, 0.0, speed * np.cos(angle), speed * np.sin(angle)
    while True:
        drag = 0.01 * np.sqrt(u * u + v * v)
        u, v = u - 0.05 * drag * u, v - 0.05 * (9.81 + drag * v)
        nx, ny = x + 0.05 * u, y + 0.05 * v
        if ny < 0:
            return x + (nx - x) * y / (y - ny)
        x, y = nx, ny


@case([0.7, 0.3, 0.2, -0.1], [[0.20487445288509504, 0.33567282767513035, 0.26623562564568637, 0.06295889756962975],
    [0.5931037450732352, 0.14960291081510665, 0.11044108445358418, 0.24755972784831728], [-3.1949411922048707,
    1.079327485054664, -0.07430973142146757, 0.46041399083868045], [1.8999639884422388, -3.3369194427646343,
    1.0192792363026906, -0.112225732741586]], "double pendulum")  # fmt: skip
def double_pendulum(state):
    def flow(s):
        a, b, u, v = s
        d = a - b
        down = 3 - np.cos(2 * d)
        du = (
            -3 * 9.8 * np.sin(a) - 9.8 * np.sin(a - 2 * b) - 2 * np.sin(d) * (v**2 + u**2 * np.cos(d))
        ) / down
        dv = 2 * np.sin(d) * (2 * u**2 + 2 * 9.8 * np.cos(a) + v**2 * np.cos(d)) / down
        return np.array([u, v, du, dv])

    return rk4(flow, state, 0.05, 8)


@case([1.0, 0.0, 0.4, 3e7 / 1e7], [[0.8230253402135943, 0.009800629950878065, -0.3927138949578795,
    0.00010675042260125485], [0.144951396482974, 0.7294204561535147, 0.32022524967995303, -0.005076182672431987],
    [0.03202326330343166, 0.26077891389560726, 0.07248864527792653, 0.004969432249830733]],
    "Robertson's kinetics, scaled, by linearly implicit Euler")  # fmt: skip
def chemical_kinetics(p):
    y, k1, k2 = np.array([p[0], p[1], 0.0]), p[2], p[3]
    for _ in range(5):
        a, b, c = y
        f = np.array([-k1 * a + b * c, k1 * a - b * c - k2 * b**2, k2 * b**2])
        J = np.array([[-k1, c, b], [k1, -c - 2 * k2 * b, -b], [0.0, 2 * k2 * b, 0.0]])
        y = y + np.linalg.solve(np.eye(3) - 0.1 * J, 0.1 * f)
    return y


@case([0.6, 1.1], [0.3385877211319065, -0.2861851097594547],
    "Heun's method with a step that adapts to an error estimate")  # fmt: skip
def adaptive_step(p):
    t, y, h = 0.0, p[0], 0.25
    while t < 1.0:
        h = min(h, 1.0 - t)
        k1 = -p[1] * y + np.sin(t)
        k2 = -p[1] * (y + h * k1) + np.sin(t + h)
        if abs(h * (k2 - k1)) > 0.2:
            h = h / 2
            continue
        y, t = y + h * (k1 + k2) / 2, t + h
    return y


@case([0.5, 0.2, -0.4], [0.8517982804547433, 0.37050429886314185, 0.18525214943157092],
    "Adams and Bashforth, three steps")  # fmt: skip
def adams_bashforth(p):
    def f(y):
        return p[1] * y + p[2] * y**2

    h, y, slopes = 0.1, p[0], []
    for _ in range(8):
        slopes.append(f(y))
        if len(slopes) < 3:
            y = y + h * slopes[-1]
        else:
            y = y + h * (23 * slopes[-1] - 16 * slopes[-2] + 5 * slopes[-3]) / 12
    return y


@case([1.0, 0.3, 0.15], [1.271974417771393, 0.7338534500301538, 0.4877064754518293],
    "Euler and Maruyama with a fixed path")  # fmt: skip
def stochastic_euler(p):
    x = p[0]
    for z in (0.3, -1.1, 0.7, 0.2, -0.5, 1.9):
        x = x + p[1] * x * 0.1 + p[2] * x * np.sqrt(0.1) * z
    return x


@case([0.2, 0.6, 1.0], [[-0.019818784116386132, 0.0019019275392923533, 0.0], [-0.16400749643744755,
    0.012697488790896171, 1.4106696119798672], [-0.5779600529228769, 0.03685465194575229, 4.229405388061399]],
    "Fitzhugh 1961, Nagumo 1962")  # fmt: skip
def fitzhugh_nagumo(p):
    v, w = -0.5, 0.1
    trace = []
    for step in range(15):
        dv = v - v**3 / 3 - w + p[2] * (step > 3)
        v, w = v + 0.2 * dv, w + 0.2 * 0.08 * (v + p[0] - p[1] * w)
        trace.append(v)
    return np.array(trace)[[3, 9, 14]]
