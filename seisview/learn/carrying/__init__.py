"""Labels carried along reflections: from the sections that are labelled to all others.

``dip_field`` measures how reflections dip, ``dip_file`` keeps that on disk, ``following`` finds the place on
a labelled section that a sample's reflection comes from, ``carried`` looks the labels up there, ``trust``
says how far they are believed, ``guides`` makes input planes for a network of them and ``imitation`` errors
as carrying makes them, for training.
"""
