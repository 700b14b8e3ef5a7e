"""The Graph API of Facebook and Instagram (Facebook Login for Business): real paths, payloads and errors.

A call is read (`call`), its token and target found (`access`, `nodes`), its parameters held against the edge's list
(`routes`), then carried out by the module of its subject. What the platform would refuse is refused (`errors`).
"""
