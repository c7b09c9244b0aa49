"""Collections of labelled patches: class folders of .mat, .npy, .png and .tif."""
