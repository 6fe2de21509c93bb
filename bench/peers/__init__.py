"""What Porchlight is measured against, each as a reader would first write it."""
