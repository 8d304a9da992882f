"""Fields on grids and bodies in space: residuals, fluxes, energies."""

from __future__ import annotations

import numpy as np

from derivlab.gallery import Topic

case = Topic("fields")


def _poisson_slope(u):
    n = len(u)
    return (np.eye(n, k=1) - 2 * np.eye(n) + np.eye(n, k=-1))[1:-1] * 25


@case([0.0, 0.3, 0.5, 0.4, 0.1, 0.0], _poisson_slope)
def poisson_residual(u):
    h = 1 / (len(u) - 1)
    return (u[2:] - 2 * u[1:-1] + u[:-2]) / h**2 + 1


@case([0.1, 0.3, 0.5, 0.4, 0.1], [[-70.89482908192436, 36.0, 0.0, 0.0, 0.0], [36.0, -70.650141192424, 36.0, 0.0, 0.0],
    [0.0, 36.0, -70.35127872929988, 36.0, 0.0], [0.0, 0.0, 36.0, -70.50817530235872, 36.0], [0.0, 0.0, 0.0, 36.0,
    -70.89482908192436]], "Bratu's equation, -u'' = e^u")  # fmt: skip
def bratu(u):
    padded = np.concatenate([[0.0], u, [0.0]])
    return np.diff(padded, 2) * 36 + np.exp(u)


@case([0.5, 0.3, -0.2, -0.4, 0.1, 0.6], [[0.95, 0.0, 0.0, 0.0, 0.0, 0.06], [0.05, 0.97, 0.0, 0.0, 0.0, 0.0], [0.0,
    0.03, 1.0, 0.04000000000000001, 0.0, 0.0], [0.0, 0.0, 0.0, 0.96, -0.010000000000000002, 0.0], [0.0, 0.0, 0.0, 0.0,
    1.0, 0.0], [0.0, 0.0, 0.0, 0.0, 0.010000000000000002, 0.94]], "Burgers' equation, upwind on a ring")  # fmt: skip
def burgers_upwind(u):
    flux = np.where(u > 0, u**2 / 2, np.roll(u, -1) ** 2 / 2)
    return u - 0.1 * (flux - np.roll(flux, 1))


@case([0.5, 0.3, 0.2, 0.4, 0.1, 0.6], [[0.512367423154266, -0.01897657122793577, 0.0, -0.004442114334961217,
    0.05009269367040122, 0.46095856873822977], [0.5014483244100734, 0.5525062661114416, -0.12015153678366053, 0.0,
    0.0, 0.06619694626214553], [0.06455167558992664, 0.3948270672218917, 0.5821515367836605, 0.0, 0.0,
    -0.04153027959547888], [-0.006999999999999997, 0.06899999999999999, 0.448, 0.49, 0.0, 0.0], [0.0, 0.0, 0.09, 0.42,
    0.49, 0.0], [-0.071367423154266, 0.0026432378946024434, 0.0, 0.0944421143349612, 0.45990730632959875,
    0.5143747645951036]], "advection with the limiter of van Leer 1974")  # fmt: skip
def limited_advection(u):
    for _ in range(2):
        left, right = u - np.roll(u, 1), np.roll(u, -1) - u
        product = left * right
        slope = np.where(product > 0, 2 * product / np.where(product > 0, left + right, 1.0), 0.0)
        face = u + 0.5 * (1 - 0.3) * slope
        u = u - 0.3 * (face - np.roll(face, 1))
    return u


@case([1.0, 0.8, 0.3, 0.1, -0.2, 0.0], [[0.5, 0.0, 0.5, 0.05, 0.0, -0.05], [0.49000000000000005, 0.0, -0.14715, 0.51,
    0.0, 0.5], [1.0, 0.0, 0.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 1.0, 0.0, 0.0]],
    "shallow water by Lax and Friedrichs: heights, then momenta")  # fmt: skip
def shallow_water(state):
    h, m = state[:3], state[3:]
    flux = np.stack([m, m**2 / h + 0.5 * 9.81 * h**2])
    q = np.stack([h, m])
    new = 0.5 * (q[:, 2:] + q[:, :-2]) - 0.05 * (flux[:, 2:] - flux[:, :-2])
    return np.concatenate([new.ravel(), q[:, 0]])


@case([1.0, 0.3, 0.8], [[0.3, 1.0, 0.0], [0.09, 0.6, 1.0], [0.013499999999999998, 2.935, 1.0499999999999998]],
    "flux of Roe 1981 for one gas, without shocks: density, velocity, pressure")  # fmt: skip
def euler_flux(q):
    rho, u, p = q
    energy = p / 0.4 + 0.5 * rho * u**2
    return np.array([rho * u, rho * u**2 + p, u * (energy + p)])


@case([[0.0, 0.1, 0.3], [0.2, 0.5, 0.4], [0.1, 0.6, 0.2]], [[-0.3, -0.49999999999999994, 0.09999999999999995],
    [2.7755575615628914e-17, 0.7, 0.20000000000000007], [-0.6, 0.9999999999999999, -0.6]])  # fmt: skip
def dirichlet_energy(u):
    return 0.5 * (np.sum(np.diff(u, axis=0) ** 2) + np.sum(np.diff(u, axis=1) ** 2))


@case([[0.0, 0.1, 0.3], [0.2, 0.5, 0.4], [0.1, 0.6, 0.2]], [[-0.29277002188455997, -0.4501325502103128,
    0.18257418583505536], [0.004487496740588198, 0.6511871484437884, -0.09901475429766741], [-0.09534625892455924,
    0.09901475429766741, 0.0]], "surface of least area")  # fmt: skip
def area_of_graph(u):
    dx, dy = u[1:, :-1] - u[:-1, :-1], u[:-1, 1:] - u[:-1, :-1]
    return np.sum(np.sqrt(1 + dx**2 + dy**2))


@case([[0.0, 0.1, 0.3], [0.2, 0.5, 0.4], [0.1, 0.6, 0.2]], [[-1.3403011548263108, -0.8945384504209174,
    0.8471018340098958], [-0.13860543802347328, 2.242412979881313, -1.1053456158585981], [-2.316069770620507,
    0.3053456158585984, -2.4000000000000004]], "Rudin, Osher and Fatemi 1992, smoothed")  # fmt: skip
def total_variation(u):
    noisy = np.arange(9.0).reshape(3, 3) / 10
    total = 0.0
    for i in range(2):
        for j in range(2):
            total += np.sqrt((u[i + 1, j] - u[i, j]) ** 2 + (u[i, j + 1] - u[i, j]) ** 2 + 1e-4)
    return total + 2.0 * np.sum((u - noisy) ** 2)


@case([[0.9, -0.2, 0.4], [0.2, 0.8, -0.5], [0.1, -0.6, 0.7]], [[2.9290000000000003, -2.108, 0.3640000000000001],
    [-0.6920000000000001, 4.0120000000000005, -3.725], [-0.899, -3.416, 3.0429999999999997]],
    "Ginzburg and Landau on a torus")  # fmt: skip
def double_well_energy(u):
    bonds = sum(np.sum((np.roll(u, 1, axis=k) - u) ** 2) for k in (0, 1))
    return 0.5 * bonds + 0.25 * np.sum((u**2 - 1) ** 2)


@case([[1.0, 0.2, 0.4], [0.2, 0.8, -0.5], [0.1, -0.6, 0.7]], [[0.0, 0.8, 0.0], [0.8, -7.1000000000000005, 0.8], [0.0,
    0.8, 0.0]], "Laplacian with five points inside, sources outside")  # fmt: skip
def laplacian(u):
    out = np.zeros_like(u)
    out[1:-1, 1:-1] = u[2:, 1:-1] + u[:-2, 1:-1] + u[1:-1, 2:] + u[1:-1, :-2] - 4 * u[1:-1, 1:-1]
    return np.sum(out * u)


@case([[0.3, 0.5], [1.2, -0.4], [-0.6, 0.9]], [[1.6659046892288136, -0.6191560653797218], [0.3826808110626107,
    -0.3370035951284277], [-2.0485855002914244, 0.9561596605081495]], "gravity between three bodies")  # fmt: skip
def gravity(q):
    masses, energy = [1.0, 0.5, 2.0], 0.0
    for i in range(len(q)):
        for j in range(i):
            energy -= masses[i] * masses[j] / np.linalg.norm(q[i] - q[j])
    return energy


@case([[0.3, 0.5], [1.2, -0.4], [-0.6, 0.9]], [[[[3.168152501511433, -2.6300814963610617], [-0.11792095298851402,
    0.3581848947026114], [-3.050231548522919, 2.27189660165845]], [[-2.6300814963610617, -0.9338830292607682],
    [0.3581848947026114, -0.11792095298851406], [2.27189660165845, 1.0518039822492822]]], [[[-0.23584190597702803,
    0.7163697894052228], [0.4120965301949919, -0.9752207228801404], [-0.17625462421796384, 0.2588509334749176]],
    [[0.7163697894052228, -0.23584190597702812], [-0.9752207228801404, 0.2406354417821192], [0.2588509334749176,
    -0.004793535805091085]]], [[[-1.5251157742614594, 1.135948300829225], [-0.04406365605449096, 0.0647127333687294],
    [1.5691794303159503, -1.2006610341979544]], [[1.135948300829225, 0.5259019911246411], [0.0647127333687294,
    -0.0011983839512727712], [-1.2006610341979544, -0.5247036071733684]]]], "softened gravity, all pairs at once")  # fmt: skip
def accelerations(q):
    apart = q[None, :, :] - q[:, None, :]
    r2 = np.sum(apart**2, axis=-1) + 0.01
    return np.sum(apart * np.array([1.0, 0.5, 2.0])[None, :, None] / r2[:, :, None] ** 1.5, axis=1)


@case([[0.0, 0.1, 0.0], [1.1, 0.0, 0.1], [0.4, 1.0, 0.2], [0.5, 0.4, 0.9]], [[11.706604600538812, 20.75471641585492,
    8.31039580482624], [-1.747688871325345, -0.3614823469357304, 2.711525465581114], [-0.6263026397801753,
    -74.0556020058929, 61.71098572514083], [-9.332613089433291, 53.6623679369737, -72.73290699554819]],
    "Lennard-Jones cluster")  # fmt: skip
def cluster(q):
    i, j = np.triu_indices(len(q), k=1)
    s6 = 1 / np.sum((q[i] - q[j]) ** 2, axis=1) ** 3
    return 4 * np.sum(s6**2 - s6)


@case([[0.1, 0.0], [1.0, 0.2], [2.1, -0.1], [3.0, 0.1]], [[7.618706018395278, 11.503045781865618],
    [-21.142323894622074, 11.80521363892351], [21.14232389462208, 7.814786361076494], [-7.618706018395286,
    8.116954218134381]], "a chain of springs that hangs")  # fmt: skip
def hanging_chain(q):
    stretch = np.linalg.norm(q[1:] - q[:-1], axis=1) - 1.0
    return 50 * np.sum(stretch**2) + 9.81 * np.sum(q[:, 1])


@case([0.1, 0.0, 1.0, 0.2, 1.6, 1.1, 2.2, 1.9], [0.6509520858410413, -0.4339680572273608, -2.320767247369396,
    1.547178164912931, 3.044813529290046, -2.029875686193364, -1.3749983677616908, 0.916665578507794],
    "torsion angle of four atoms in a plane, bent by a third axis")  # fmt: skip
def dihedral(p):
    a, b, c, d = [np.append(p[2 * i : 2 * i + 2], 0.3 * i * (3 - i)) for i in range(4)]
    n1, n2 = np.cross(b - a, c - b), np.cross(c - b, d - c)
    y = np.dot(np.cross(n1, n2), (c - b) / np.sqrt(np.sum((c - b) ** 2)))
    return np.arctan2(y, n1 @ n2)


@case([0.4, 0.2, 0.7, 0.1, 0.3], [-0.05016967426594851, 0.2584851810109363, -0.15531997854523377, -0.7845425705310686,
    -0.42052941543126515], "a physics-informed network of two units for u'' = -u")  # fmt: skip
def informed_network(p):
    w, b, a = p[:2], np.array([p[2], p[3]]), np.array([p[4], 1.0])
    t = np.linspace(0, 1, 4)[:, None]
    hidden = np.tanh(t * w + b)
    u, second = hidden @ a, (-2 * hidden * (1 - hidden**2) * w**2) @ a
    return np.mean((second + u) ** 2) + (u[0] - 1) ** 2


@case([0.3, 0.7, 0.5, 0.9], [-0.9720293592541163, -0.17853600476096013, -1.9837333862328903, -1.2345679012345678],
    "conductances of a network, solved for potentials")  # fmt: skip
def resistor_network(g):
    edges = [(0, 1), (1, 2), (0, 2), (2, 3)]
    L = np.zeros((4, 4))
    for (i, j), c in zip(edges, g):
        L[i, i] += c
        L[j, j] += c
        L[i, j] -= c
        L[j, i] -= c
    v = np.linalg.solve(L[:3, :3], np.array([1.0, 0.0, 0.0]))
    return v[0]


@case([1.0, 1.5, 0.8], [-0.48, -0.21333333333333335, -0.5208333333333333],
    "a bar of three finite elements under a load")  # fmt: skip
def bar_of_elements(area):
    K = np.zeros((4, 4))
    for e, a in enumerate(area):
        K[e : e + 2, e : e + 2] += 3 * a * np.array([[1, -1], [-1, 1]])
    u = np.linalg.solve(K[1:, 1:], np.array([0.0, 0.2, 1.0]))
    return u @ K[1:, 1:] @ u


@case([0.2, -0.1, 0.4, 0.3], [[0.0290625, 0.02015625, 0.01125, 0.005625], [0.02015625, 0.0403125,
    0.025781250000000002, 0.01125], [0.01125, 0.025781250000000002, 0.0403125, 0.02015625], [0.005625, 0.01125,
    0.02015625, 0.0290625]], "multigrid: one sweep by Jacobi, restriction and interpolation")  # fmt: skip
def smoothing_sweep(f):
    u = np.zeros(6)
    for _ in range(8):
        u[1:-1] = 0.5 * (u[:-2] + u[2:] + 0.04 * f)
    return u[1:-1]


@case([0.2, -0.1, 0.4, 0.3], [[0.030078125, 0.02015625, 0.01125, 0.004375], [0.021484375, 0.04296875,
    0.025781250000000002, 0.01125], [0.01396484375, 0.0279296875, 0.04296875, 0.02015625], [0.006982421875,
    0.01396484375, 0.021484375, 0.030078125]], "Gauss and Seidel, entry by entry")  # fmt: skip
def gauss_seidel(f):
    u = [0.0] * 6
    for _ in range(5):
        for i in range(1, 5):
            u[i] = 0.5 * (u[i - 1] + u[i + 1] + 0.04 * f[i - 1])
    return np.array(u[1:5])


@case([0.8, 1.1, 0.9, 1.2], [[-3.7495930989583326, -1.595052083333333, -0.8199055989583333, -0.15513102213541666],
    [-1.1840820312499996, -3.190104166666666, -1.6398111979166665, -0.3102620442708333], [-0.44403076171874983,
    -1.1962890624999996, -3.894551595052083, -0.7368723551432292], [-0.11100769042968746, -0.2990722656249999,
    -0.9736378987630208, -1.4252662658691406]], "tridiagonal system by Thomas 1949")  # fmt: skip
def thomas(d):
    n, lower, upper = len(d), -0.3, -0.4
    c, y = np.zeros(n), np.zeros(n)
    c[0], y[0] = upper / d[0], 1 / d[0]
    for i in range(1, n):
        pivot = d[i] - lower * c[i - 1]
        c[i], y[i] = upper / pivot, (1 - lower * y[i - 1]) / pivot
    for i in range(n - 2, -1, -1):
        y[i] -= c[i] * y[i + 1]
    return y


@case([0.4, 1.3, 2.0], [0.39690189228935824, 1.9306284379335301, 2.8866582195263657],
    "wave in a duct of three pieces, by transfer matrices")  # fmt: skip
def transfer_matrices(k):
    M = np.eye(2)
    for wave, length in zip(k, (0.5, 0.7, 0.4)):
        c, s = np.cos(wave * length), np.sin(wave * length)
        M = M @ np.array([[c, s / wave], [-wave * s, c]])
    return np.trace(M) ** 2 + M[0, 1]


@case([0.5, -0.4, 0.3, 0.2], [3.9960000000000018, -11.456000000000005, 12.37200000000001, -2.8820417112156953e-15],
    "spectral derivative by a matrix of cosines")  # fmt: skip
def spectral_energy(coefficients):
    x = np.arange(8) * 2 * np.pi / 8
    k = np.arange(1, 5)
    slopes = -np.sin(np.outer(x, k)) @ (k * coefficients)
    return np.mean(slopes**4)


@case([[1.0, 0.1], [-0.2, 0.9]], [[-0.30453673063106923, -0.18989705125134873], [-0.05505147437432564,
    -0.5494852562567436]], "energy of a neo-Hookean solid as a function of the deformation")  # fmt: skip
def neo_hookean(F):
    J = np.linalg.det(F)
    return 0.5 * (np.trace(F.T @ F) - 2) - np.log(J) + 2.0 * np.log(J) ** 2


@case([0.02, 0.4, -0.1], [[0.006944444444444443, -0.042499999999999996, 4.718447854656915e-18], [0.02944444444444444,
    -0.06799999999999998, 0.034], [0.010277777777777778, 0.008500000000000004, -0.034], [0.1211111111111111, -0.136,
    -0.408], [0.3311111111111111, -0.544, 0.136], [0.054444444444444434, -0.136, 0.27199999999999996],
    [0.09361111111111112, 0.1785, -0.204], [0.2961111111111111, 0.612, 0.034], [0.05694444444444444, 0.1275,
    0.16999999999999998]], "lattice Boltzmann: the equilibrium of nine speeds")  # fmt: skip
def lattice_equilibrium(p):
    rho, u = 1 + p[0], p[1:]
    c = np.array([(i, j) for i in (-1, 0, 1) for j in (-1, 0, 1)])
    w = np.array([1 / 36, 1 / 9, 1 / 36, 1 / 9, 4 / 9, 1 / 9, 1 / 36, 1 / 9, 1 / 36])
    cu = c @ u
    return rho * w * (1 + 3 * cu + 4.5 * cu**2 - 1.5 * u @ u)
